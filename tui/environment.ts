/**
 * Read by Ink's libraries when they are loaded, so this module comes first. React's development build keeps a
 * performance entry for every frame, which a run of hours would not survive; chalk does not know NO_COLOR.
 */
process.env["NODE_ENV"] ??= "production";
if ((process.env["NO_COLOR"] ?? "") !== "") process.env["FORCE_COLOR"] = "0";
