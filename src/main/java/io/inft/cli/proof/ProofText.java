package io.inft.cli.proof;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.UnixTime;
import io.inft.cli.console.Output;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.proof.EventProof;
import io.inft.proof.Proof;
import io.inft.proof.ProofReport;
import io.inft.proof.RowProof;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;

/** A judgement in words and as JSON. */
final class ProofText {
  static final String SCHEMA = "inft-proof/1";

  static final String REVEALS =
      "this event with its row and the 16 bytes that name its table's life; how many events its"
          + " version brought and the first one's number; of the commit object what is public";

  private ProofText() {}

  static ObjectNode json(ProofReport report, String pin) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("schema", SCHEMA);
    json.put("verdict", report.outcome().name());
    json.put("code", report.code().name());
    json.put("message", report.message());
    json.put("pin", pin);
    if (report.outcome() == ProofReport.Outcome.VALID) {
      Proof proof = report.proof().orElseThrow();
      CommitObject.Front commit = report.commit().orElseThrow();
      ObjectNode proved = json.putObject("proved");
      if (proof instanceof EventProof event) {
        event(proved.putObject("event"), event.event());
      } else {
        RowText.json(proved.putObject("row"), (RowProof) proof, report.row());
      }
      proved.put("version", proof.context().version());
      proved.put("root", proof.context().root().toString());
      proved.put("author", commit.author().toString());
      proved.put("signed", report.signed());
      if (proof instanceof EventProof event) {
        proved.put("firstEventOfVersion", event.inclusion().first());
        proved.put("eventsOfVersion", event.inclusion().count());
      }
      boolean recorded = report.historyVersion() > 0;
      anchor(recorded ? proved : json.putObject("claimed"), proof);
      if (recorded) {
        proved.put("historyUpTo", report.historyVersion());
      }
      json.put("bytesOfLinks", proof.linkBytes());
      json.put("reveals", reveals(proof));
    }
    return json;
  }

  private static void event(ObjectNode json, Event event) {
    json.put("sequence", event.sequence());
    json.put("time", time(event.timeMillis()).toString());
    json.put("source", event.source().name().toLowerCase(Locale.ROOT));
    if (event.source() == Event.Source.APPLICATION) {
      json.put("row", event.applicationSequence());
    }
    json.put("type", event.type());
    json.put("payload", event.payloadJson());
  }

  private static void anchor(ObjectNode json, Proof proof) {
    json.put("block", proof.anchor().block());
    json.put("blockTime", UnixTime.instant(proof.anchor().timeSeconds()).toString());
  }

  static void print(PrintWriter out, ProofReport report) {
    if (report.outcome() != ProofReport.Outcome.VALID) {
      Output.sentence(out, report.outcome() + "  ", report.code() + ": " + shown(report.message()));
      return;
    }
    Proof proof = report.proof().orElseThrow();
    CommitObject.Front commit = report.commit().orElseThrow();
    boolean recorded = report.historyVersion() > 0;
    if (proof instanceof EventProof event) {
      print(out, event);
    } else {
      RowText.print(out, (RowProof) proof, report.row());
    }
    out.println("  root      " + proof.context().root());
    Output.sentence(out, "  author    ", commit.author() + ", " + byWhat(report));
    if (recorded) {
      Output.sentence(out, "  anchored  ", anchored(proof));
      out.println("  history   up to version " + report.historyVersion());
    } else {
      out.println("claimed, and not proved by this pin");
      Output.sentence(out, "  anchored  ", anchored(proof));
    }
    Output.sentence(out, "reveals ", reveals(proof));
  }

  static String reveals(Proof proof) {
    return proof instanceof RowProof row ? RowText.reveals(row) : REVEALS;
  }

  private static void print(PrintWriter out, EventProof proof) {
    Event event = proof.event();
    out.println("VALID  event " + event.sequence() + " of " + proof.context().id());
    out.println("  type      " + shown(event.type()) + ", by the " + writer(event));
    out.println("  time      " + time(event.timeMillis()) + ", by the writer's clock");
    out.println("  payload   " + shown(event.payloadJson()));
    out.println("proved");
    Output.sentence(
        out,
        "  version   ",
        proof.context().version()
            + " brought it, as one of "
            + proof.inclusion().count()
            + " from event "
            + proof.inclusion().first()
            + " on");
  }

  private static String byWhat(ProofReport report) {
    if (report.signed()) {
      return "who signed it";
    }
    return report.historyVersion() > 0
        ? "as the registry recorded him"
        : "as the version names him (its signature is not in this proof)";
  }

  private static String anchored(Proof proof) {
    return "in block "
        + proof.anchor().block()
        + " of "
        + UnixTime.instant(proof.anchor().timeSeconds())
        + (proof.anchor().inlined() ? ", its object along with it" : "")
        + (proof.links().isEmpty()
            ? ""
            : "; leads on by " + proof.links().size() + " links, " + proof.linkBytes() + " bytes");
  }

  private static String writer(Event event) {
    return event.source() == Event.Source.APPLICATION
        ? "application, row " + event.applicationSequence()
        : "driver";
  }

  /** What is beyond all calendars is their end. */
  private static Instant time(long millis) {
    return Instant.ofEpochMilli(millis);
  }

  /** Somebody else wrote it: nothing of it may move a terminal's cursor or look like a line. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              int type = Character.getType(point);
              boolean unseen =
                  Character.isISOControl(point)
                      || type == Character.FORMAT
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR;
              if (unseen) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }
}
