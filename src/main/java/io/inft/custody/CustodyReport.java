package io.inft.custody;

import io.inft.bytes.Address;
import io.inft.bytes.JsonMappers;
import io.inft.bytes.Trust;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a verification looked at and what it found. Immutable.
 *
 * @param id the database
 * @param chainId of the registry
 * @param registry the registry's address
 * @param registryName the registry, for people
 * @param trust what the registry's answers were held against
 * @param storeName the storage, for people
 * @param depth how much of the storage was read
 * @param time when the verification began
 * @param head the registry's newest word at that time, empty if it could not be had
 * @param headIsFinal whether the head's block could not be reorganised away any more
 * @param resumed the earlier verification that this one went on from, if it did
 * @param mark where the next one may go on; empty unless all was looked at and nothing found
 * @param versions how many versions were read from the registry and hashed
 * @param commits how many commit objects were read
 * @param bytes how many bytes were fetched from storage and checked
 * @param sealed what the keys made possible
 * @param paid until when the storage of the versions in {@code newest} is paid that were fetched;
 *     empty where it does not end or that is not known
 * @param newest facts of the newest versions, oldest first, at most {@link #MAX_VERSIONS}
 * @param findings what is not as it should be, at most 1,000 of them
 * @param findingsInAll how many there are
 */
public record CustodyReport(
    DatabaseId id,
    long chainId,
    Address registry,
    String registryName,
    Trust trust,
    String storeName,
    Verification.Depth depth,
    Instant time,
    Optional<Head> head,
    boolean headIsFinal,
    Optional<Verification.Mark> resumed,
    Optional<Verification.Mark> mark,
    long versions,
    long commits,
    long bytes,
    Sealed sealed,
    Optional<StoragePaid> paid,
    List<VersionFact> newest,
    List<Finding> findings,
    long findingsInAll,
    Verdict verdict) {
  /** The name of the report's JSON form. */
  public static final String SCHEMA = "inft-custody/1";

  /** How many versions a report describes one by one. */
  public static final int MAX_VERSIONS = 1_000;

  public CustodyReport {
    newest = List.copyOf(newest);
    findings = List.copyOf(findings);
  }

  /**
   * What was checked with the keys.
   *
   * @param opened whether a secret was given and opened the keyring
   * @param firstEvent the first event whose chain was checked, 0 if none
   * @param lastEvent the last one
   * @param rebuilt the version that was rebuilt to the state that was signed, 0 if none was
   */
  public record Sealed(boolean opened, long firstEvent, long lastEvent, long rebuilt) {
    static final Sealed CLOSED = new Sealed(false, 0, 0, 0);
  }

  /** The report as JSON, in the form {@link #SCHEMA}. */
  public String toJson() {
    return JsonMappers.text(ReportJson.of(this));
  }

  /** A sentence for people. */
  @Override
  public String toString() {
    String scope =
        versions + " versions, " + commits + " commit objects, " + bytes + " bytes checked";
    return verdict
        + ": '"
        + id
        + "', "
        + scope
        + (findingsInAll == 0 ? "" : "; " + findingsInAll + " findings: " + findings.get(0));
  }
}
