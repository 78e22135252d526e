/** Why WebGPU finds nothing to compute on. */
export const NO_GPU =
  "there is no GPU that Vulkan, Metal or Direct3D 12 shows (on Linux the driver and libvulkan1 have to be installed)";
