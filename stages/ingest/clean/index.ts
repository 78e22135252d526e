export { documentFilter, type FilteredDocument } from "./document.ts";
export { lineCleaner } from "./line.ts";
export { type CleanParams, cleanParams } from "./params.ts";
