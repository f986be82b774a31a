/* Light, dark or as the system: set before the page is painted, so that nothing flashes. */

import { applyStoredTheme } from "./theme-choice.js";

applyStoredTheme();
document.documentElement.classList.add("scripted");
