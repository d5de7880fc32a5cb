package io.inft.custody;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.JsonMappers;
import io.inft.bytes.Trust;
import io.inft.commit.Location;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import java.util.Locale;

/** The JSON form of a report; its fields are described in {@code custody.md}. */
public final class ReportJson {
  private static final ObjectMapper JSON = JsonMappers.plain();

  private ReportJson() {}

  /** The report as a JSON object, in the form {@link CustodyReport#SCHEMA}. */
  public static ObjectNode of(CustodyReport report) {
    ObjectNode json = JSON.createObjectNode();
    json.put("schema", CustodyReport.SCHEMA);
    json.put("verdict", report.verdict().name());
    json.put("id", report.id().toString());
    json.put("idHash", report.id().hash().toString());
    json.put("chainId", report.chainId());
    json.put("registry", report.registry().toString());
    json.put("registryName", report.registryName());
    json.put("storeName", report.storeName());
    json.put("level", report.trust().level().name());
    json.put("depth", lower(report.depth()));
    json.put("time", report.time().toString());
    quorum(json, report.trust());
    report.head().ifPresent(head -> head(json, head, report.headIsFinal()));
    report.resumed().ifPresent(mark -> json.put("resumedAfter", mark.version()));
    ObjectNode checked = json.putObject("checked");
    checked.put("versions", report.versions());
    checked.put("commits", report.commits());
    checked.put("bytes", report.bytes());
    checked.put("keys", report.sealed().opened());
    checked.put("rebuiltVersion", report.sealed().rebuilt());
    checked
        .putObject("events")
        .put("from", report.sealed().firstEvent())
        .put("to", report.sealed().lastEvent());
    report
        .paid()
        .ifPresent(
            paid ->
                json.putObject("paid")
                    .put("until", paid.until().toString())
                    .put("what", paid.what())
                    .put("objects", paid.objects())
                    .put("unknown", paid.unknown()));
    ArrayNode findings = json.putArray("findings");
    for (Finding finding : report.findings()) {
      ObjectNode node = findings.addObject();
      node.put("code", finding.code().name());
      node.put("severity", lower(finding.severity()));
      node.put("meaning", finding.code().meaning());
      if (finding.version() > 0) {
        node.put("version", finding.version());
      }
      node.put("message", finding.message());
    }
    json.put("findingsInAll", report.findingsInAll());
    ArrayNode versions = json.putArray("versions");
    report.newest().forEach(fact -> version(versions.addObject(), fact));
    return json;
  }

  private static void quorum(ObjectNode json, Trust trust) {
    if (trust.level() == Trust.Level.L0) {
      return;
    }
    ObjectNode quorum = json.putObject("quorum");
    quorum.put("need", trust.need());
    ArrayNode endpoints = quorum.putArray("endpoints");
    trust.endpoints().forEach(endpoint -> endpoints.add(endpoint.name()));
    ArrayNode dissent = quorum.putArray("dissent");
    for (Trust.Endpoint endpoint : trust.dissenting()) {
      dissent.addObject().put("endpoint", endpoint.name()).put("how", endpoint.standing());
    }
  }

  private static void head(ObjectNode json, Head head, boolean isFinal) {
    json.putObject("block")
        .put("number", head.asOf().number())
        .put("hash", head.asOf().hash().toString())
        .put("time", head.asOf().time().toString());
    ObjectNode node = json.putObject("head");
    node.put("version", head.version());
    node.put("root", head.root().toString());
    head.newest().ifPresent(n -> node.put("historyHash", n.historyHash().toString()));
    node.put("controlSequence", head.controlSequence());
    node.put("controlHash", head.controlHash().toString());
    node.put("owner", head.owner().toString());
    node.put("status", head.status() == Head.FROZEN ? "frozen" : "live");
    node.put("keyEpoch", head.keyEpoch());
    node.put("final", isFinal);
  }

  private static void version(ObjectNode node, VersionFact fact) {
    Anchored anchored = fact.anchored();
    Anchor anchor = anchored.anchor();
    node.put("version", anchored.version());
    node.put("author", anchored.author().toString());
    fact.authority()
        .ifPresent(
            authority ->
                node.putObject("authority")
                    .put("role", lower(authority.role()))
                    .put("grantControlSequence", authority.grantSequence())
                    .put("expiry", authority.expirySeconds()));
    node.put("block", anchored.block().number());
    node.put("blockHash", anchored.block().hash().toString());
    node.put("time", anchored.block().time().toString());
    node.put("previousRoot", anchor.previousRoot().toString());
    node.put("root", anchor.root().toString());
    node.put("checksum", anchor.checksum().hex());
    node.put("sizeBytes", anchor.sizeBytes());
    node.put("kind", anchor.kind().word());
    if (anchored.inlined()) {
      node.put("inlined", true);
    }
    node.put("keyEpoch", anchor.keyEpoch());
    node.put("keyringHash", anchor.keyringHash().toString());
    node.put("controlSequence", anchored.controlSequence());
    node.put("historyHash", anchored.historyHash().toString());
    fact.commit().ifPresent(read -> node.put("signed", read));
    ArrayNode objects = node.putArray("objects");
    for (ObjectFact object : fact.objects()) {
      ObjectNode each = objects.addObject();
      each.put("type", object.type());
      each.put("producedBy", object.producedBy());
      each.put("index", object.index());
      location(each, object.location());
      each.put("sizeBytes", object.sizeBytes());
      each.put("state", lower(object.state()));
    }
  }

  private static void location(ObjectNode node, Location location) {
    if (location instanceof Location.Own own) {
      node.put("root", own.root().toString());
    } else if (location instanceof Location.Within within) {
      node.put("insideOf", within.commitRoot().toString()).put("offset", within.offset());
    } else if (location instanceof Location.Carried carried) {
      if (!carried.isHere()) {
        node.put("carriedBy", carried.carrierRoot().toString());
      }
      node.put("carried", true).put("offset", carried.offset());
    } else {
      node.put("inline", true);
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
