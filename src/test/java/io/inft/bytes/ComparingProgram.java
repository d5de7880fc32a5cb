package io.inft.bytes;

import java.util.Arrays;
import java.util.Random;

/** Compares digests with copies of themselves, often enough for the compiler to take notice. */
final class ComparingProgram {
  private static final int HELD = 16;
  private static final int ROUNDS = 300_000;

  private final byte[] all = new byte[HELD * Digest.BYTES];

  public static void main(String[] arguments) {
    ComparingProgram program = new ComparingProgram();
    Random random = new Random(1);
    byte[] bytes = new byte[Digest.BYTES];
    long wrong = 0;
    for (int round = 0; round < ROUNDS; round++) {
      random.nextBytes(bytes);
      int place = random.nextInt(HELD);
      System.arraycopy(bytes, 0, program.all, place * Digest.BYTES, Digest.BYTES);
      wrong += program.holds(Digest.of(bytes), place) ? 0 : 1;
    }
    System.out.println("wrong " + wrong);
  }

  private boolean holds(Digest digest, int place) {
    int from = place * Digest.BYTES;
    return digest.equals(Digest.of(Arrays.copyOfRange(all, from, from + Digest.BYTES)));
  }
}
