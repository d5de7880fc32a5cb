package io.inft.bytes;

import java.util.Arrays;
import java.util.Random;

/** Makes values of parts of an array and reads them, often enough for the compiler to notice. */
final class CopyingProgram {
  private static final int HELD = 16;
  private static final int ROUNDS = 300_000;

  private final byte[] all = new byte[HELD * Digest.BYTES];

  public static void main(String[] arguments) {
    CopyingProgram program = new CopyingProgram();
    Random random = new Random(1);
    byte[] bytes = new byte[Digest.BYTES];
    int unequal = 0;
    int hashed = 0;
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      random.nextBytes(bytes);
      int place = random.nextInt(HELD);
      System.arraycopy(bytes, 0, program.all, place * Digest.BYTES, Digest.BYTES);
      unequal += program.at(place).equals(Digest.of(bytes)) ? 0 : 1;
      hashed += program.hash(place) == Arrays.hashCode(bytes) ? 0 : 1;
      read += program.sum(place) == sum(bytes) ? 0 : 1;
    }
    System.out.println("wrong " + unequal + " equal, " + hashed + " hashed, " + read + " read");
  }

  private Digest at(int place) {
    int from = place * Digest.BYTES;
    return Digest.of(Arrays.copyOfRange(all, from, from + Digest.BYTES));
  }

  private int hash(int place) {
    return at(place).hashCode();
  }

  private int sum(int place) {
    int from = place * Digest.BYTES;
    return sum(Blob.of(Arrays.copyOfRange(all, from, from + Digest.BYTES)).toBytes());
  }

  private static int sum(byte[] bytes) {
    int sum = 0;
    for (int i = 0; i < bytes.length; i++) {
      sum = sum * 31 + bytes[i];
    }
    return sum;
  }
}
