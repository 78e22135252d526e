/** Packages that bind tfjs to TensorFlow's C library, the one with CUDA first. */
export const TENSORFLOW_PACKAGES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

/** Their version: that of tfjs-core, with which they have to agree. */
export const TFJS_VERSION = "4.22.0";
