/** The module of probes whose code is not what is tested. */
export {};
