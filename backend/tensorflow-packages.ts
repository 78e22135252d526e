/** Packages that bind tfjs to TensorFlow's C library, the one with CUDA first. */
export const TENSORFLOW_PACKAGES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;
