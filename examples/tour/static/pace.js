// Stop 7: how fast the drawing grows.
export const PACE = 1;
