import { runsOn } from "./on-backend.ts";

const { PIPELINE_CACHE } = process.env;
await runsOn("tensorflow", { variables: PIPELINE_CACHE ? { PIPELINE_CACHE } : {}, exact: true });
