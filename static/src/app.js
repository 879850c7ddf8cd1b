// What a page gains with script; without it every part works as a form or a link.
import "./theme.js";
import "./tabs.js";
import "./live.js";
import "./files.js";
import "./menus.js";
import "./regions.js";
import "./motion.js";
import "./picture.js";
import "./selection.js";
import "./table.js";
import "./walk.js";
import "./findings.js";
import "./apply.js";
import "./probe.js";
import "./carried.js";
import "./take.js";
import "./keys.js";
