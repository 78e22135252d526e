import { runsOn } from "./on-backend.ts";

const { PIPELINE_CACHE } = process.env;
const variables = PIPELINE_CACHE ? { PIPELINE_CACHE } : {};
await runsOn("tensorflow", { variables, steps: 100, exact: true });
