package io.inft.cli.database;

import io.inft.failure.TokenAmount;
import io.inft.replica.publish.policy.Money;
import io.inft.replica.publish.policy.Prices;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an account spends, in sentences. */
final class MoneyText {
  private MoneyText() {}

  /**
   * @param waits whether anything is to be published
   */
  static List<String> of(Money money, boolean waits, Instant now) {
    List<String> lines = new ArrayList<>();
    if (money.plan().isEmpty()) {
      lines.add(
          "spent "
              + TokenAmount.text(money.spentWei())
              + " since "
              + money.since()
              + "; no budget");
    } else {
      lines.addAll(planned(money, money.plan().get(), waits, now));
    }
    money.last().ifPresent(last -> lines.add(last(last)));
    lines.add(account(money));
    return lines;
  }

  private static List<String> planned(Money money, Money.Planned plan, boolean waits, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "budget "
            + plan.budget().text()
            + ": spent "
            + TokenAmount.text(money.spentWei())
            + ", left "
            + TokenAmount.text(plan.leftWei())
            + (plan.reservedWei().signum() == 0
                ? ""
                : " (" + TokenAmount.text(plan.reservedWei()) + " of that laid aside)")
            + " until "
            + plan.until());
    lines.add(
        plan.publishesLeft()
            + " publishes left"
            + (plan.payable() ? ", one about every " + words(plan.step()) : "")
            + (plan.isSlow() ? ", slower than maxLag (" + words(plan.maxLag()) + ")" : ""));
    if (waits) {
      Optional<String> reason = plan.waitsFor(now);
      lines.add("next publish at " + plan.next() + reason.map(why -> ", for " + why).orElse(""));
    }
    return lines;
  }

  private static String last(Prices.Paid last) {
    return "last publish "
        + TokenAmount.text(last.price().wei())
        + ": "
        + last.price().gas()
        + " gas at "
        + TokenAmount.gasPrice(last.gasPriceWei())
        + (last.price().valueWei().signum() == 0
            ? ""
            : ", " + TokenAmount.text(last.price().valueWei()) + " for storage")
        + ", "
        + last.bytes()
        + " bytes "
        + (last.inlined() ? "inlined" : "stored");
  }

  private static String account(Money money) {
    return "account "
        + money.account()
        + money.balanceWei().map(wei -> " has " + TokenAmount.text(wei)).orElse("")
        + money
            .lasts()
            .map(time -> ", enough for " + words(time) + " though always something is to publish")
            .orElse("");
  }

  /** In the largest unit of which there are two. */
  static String words(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7_200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " days";
  }
}
