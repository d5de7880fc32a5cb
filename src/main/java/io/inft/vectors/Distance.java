package io.inft.vectors;

/** How far two vectors of the same dimensions are apart. */
enum Distance {
  /** 1 minus the cosine of the angle, from 0 to 2. */
  COSINE {
    @Override
    double between(float[] left, float[] right) {
      // Four sums, or each addition would wait for the one before.
      float dot0 = 0;
      float dot1 = 0;
      float dot2 = 0;
      float dot3 = 0;
      float left0 = 0;
      float left1 = 0;
      float right0 = 0;
      float right1 = 0;
      int i = 0;
      for (; i + 3 < left.length; i += 4) {
        float l0 = left[i];
        float l1 = left[i + 1];
        float l2 = left[i + 2];
        float l3 = left[i + 3];
        float r0 = right[i];
        float r1 = right[i + 1];
        float r2 = right[i + 2];
        float r3 = right[i + 3];
        dot0 += l0 * r0;
        dot1 += l1 * r1;
        dot2 += l2 * r2;
        dot3 += l3 * r3;
        left0 += l0 * l0 + l1 * l1;
        left1 += l2 * l2 + l3 * l3;
        right0 += r0 * r0 + r1 * r1;
        right1 += r2 * r2 + r3 * r3;
      }
      for (; i < left.length; i++) {
        dot0 += left[i] * right[i];
        left0 += left[i] * left[i];
        right0 += right[i] * right[i];
      }
      double lengths = Math.sqrt(left0 + left1) * Math.sqrt(right0 + right1);
      return 1 - (dot0 + dot1 + dot2 + dot3) / lengths;
    }
  },

  /** The length of the straight line. */
  L2 {
    @Override
    double between(float[] left, float[] right) {
      float sum0 = 0;
      float sum1 = 0;
      float sum2 = 0;
      float sum3 = 0;
      int i = 0;
      for (; i + 3 < left.length; i += 4) {
        float d0 = left[i] - right[i];
        float d1 = left[i + 1] - right[i + 1];
        float d2 = left[i + 2] - right[i + 2];
        float d3 = left[i + 3] - right[i + 3];
        sum0 += d0 * d0;
        sum1 += d1 * d1;
        sum2 += d2 * d2;
        sum3 += d3 * d3;
      }
      for (; i < left.length; i++) {
        float d = left[i] - right[i];
        sum0 += d * d;
      }
      return Math.sqrt(sum0 + sum1 + sum2 + sum3);
    }
  },

  /** The way along the axes. */
  L1 {
    @Override
    double between(float[] left, float[] right) {
      double sum = 0;
      for (int i = 0; i < left.length; i++) {
        sum += Math.abs(left[i] - right[i]);
      }
      return sum;
    }
  };

  /** NaN where there is none: a cosine to a vector of zeros, or numbers that are none. */
  abstract double between(float[] left, float[] right);

  double between(Vector left, Vector right) throws VectorException {
    if (left.type() != right.type()) {
      throw new VectorException(
          "the first vector is of type " + left.type() + ", the second of type " + right.type());
    }
    if (left.dimensions() != right.dimensions()) {
      throw new VectorException(
          "the first vector has "
              + left.dimensions()
              + " dimensions, the second "
              + right.dimensions());
    }
    double distance = between(left.numbers(), right.numbers());
    if (!Double.isFinite(distance)) {
      left.requireNumbers("the first");
      right.requireNumbers("the second");
    }
    return distance;
  }
}
