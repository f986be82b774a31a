"""What browsers get: CSS, scripts and templates, and filling templates in."""
