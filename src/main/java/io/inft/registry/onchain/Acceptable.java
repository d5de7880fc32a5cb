package io.inft.registry.onchain;

import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Finds the items of a batch that the contract would anchor. One that starves the whole is found by
 * halving and left out. Asks a bounded number of times; when they are used up, no item is named.
 * Used once.
 */
final class Acceptable {
  static final int MAX_CHECKS = 64;

  /** Asks the contract, which changes nothing. */
  interface Check {
    /**
     * @return which of these it would anchor; empty if the call fails as a whole for want of gas
     */
    Optional<BitSet> accepted(List<Integer> places) throws InftException;
  }

  private final Check check;

  // Mutable state.
  private int checksLeft = MAX_CHECKS;

  Acceptable(Check check) {
    this.check = check;
  }

  List<Integer> among(List<Integer> places) throws InftException {
    List<Integer> rest = new ArrayList<>(places);
    while (!rest.isEmpty() && checksLeft > 0) {
      Optional<BitSet> accepted = ask(rest);
      if (accepted.isPresent()) {
        return accepted.get().stream().filter(i -> i < rest.size()).mapToObj(rest::get).toList();
      }
      rest.remove(starving(rest));
    }
    return List.of();
  }

  private Integer starving(List<Integer> all) throws InftException {
    List<Integer> suspects = all;
    while (suspects.size() > 1 && checksLeft > 0) {
      int half = suspects.size() / 2;
      boolean inFirst = ask(suspects.subList(0, half)).isEmpty();
      suspects = inFirst ? suspects.subList(0, half) : suspects.subList(half, suspects.size());
    }
    return suspects.get(0);
  }

  private Optional<BitSet> ask(List<Integer> places) throws InftException {
    checksLeft--;
    return check.accepted(List.copyOf(places));
  }
}
