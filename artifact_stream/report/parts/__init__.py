"""What a report page is made of, a file each: rows, plain lists, what is worth a look."""
