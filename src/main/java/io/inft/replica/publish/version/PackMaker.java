package io.inft.replica.publish.version;

import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.FileSource;
import io.inft.capture.PageSet;
import io.inft.capture.Pin;
import io.inft.commit.CommitObject;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.pack.PackHeader;
import io.inft.pack.PackType;
import io.inft.pack.PackWriter;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateTree;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Padding;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import io.inft.sqlite.LockPage;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectRef;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Makes sealed page packs out of a pinned position: small ones in memory, to ride inside the commit
 * object; others streamed to a file, to become an object of their own.
 */
public final class PackMaker {
  /** Packs of more pages than this are not tried in memory. */
  static final int SMALL_PAGES = 512;

  private static final long SMALL_BYTES = 1 << 20;

  private final Digest context;
  private final Keys keys;
  private final Padding padding;
  private final SecureRandom random;
  private final int pageSize;
  private final StateKey stateKey;
  private final StateTree hashes;

  /**
   * @param hashes of the pages that it is going to pack; who reads them compares each with its hash
   */
  public PackMaker(DatabaseScope scope, Keys keys, GenerationFolder folder, StateTree hashes) {
    this.context = scope.context();
    this.keys = keys;
    this.padding = scope.objects().padding();
    this.random = scope.random();
    this.pageSize = folder.pageSize();
    this.stateKey = folder.stateKey();
    this.hashes = hashes;
  }

  /**
   * What a pack spans.
   *
   * @param producedBy the version whose label seals it
   */
  public record Span(PackType kind, long producedBy, int index, long fromVersion, long toVersion) {
    ObjectLabel label(Digest context, int epoch) {
      return new ObjectLabel(context, producedBy, epoch, SealedType.of(kind.code()), index);
    }
  }

  /** Reads the pages to pack. */
  @FunctionalInterface
  public interface Images {
    byte[] page(long number) throws InftException;
  }

  /** Reads the pages to pack them against. */
  @FunctionalInterface
  interface Bases {
    Optional<byte[]> page(long number) throws InftException;
  }

  /**
   * The plaintext of a small delta, each page against its base where that is at hand.
   *
   * @param bases pages of the from-version, those that are at hand
   * @param merged whether it is going to be merged as it is
   */
  byte[] smallDelta(Pin pin, Span span, PageSet pages, Images images, Bases bases, boolean merged)
      throws InftException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(pages.size() * 600 + 256);
    PackHeader header =
        new PackHeader(
            PackType.DELTA, pageSize, pin.pageCount(), span.fromVersion(), span.toVersion(), true);
    try (PackWriter writer =
        merged
            ? new PackWriter(header, stateKey, plain)
            : PackWriter.unmerged(header, stateKey, plain)) {
      for (long page = pages.next(1); page != 0; page = pages.next(page + 1)) {
        writer.addKnown(page, images.page(page), hashes.get(page), bases.page(page).orElse(null));
      }
      writer.finish();
    } catch (IOException e) {
      throw new IllegalStateException("memory takes all bytes", e);
    }
    return plain.toByteArray();
  }

  /** Seals a small plaintext; empty when it does not fit inside a commit object. */
  Optional<StagedPack> inline(Span span, byte[] plain) {
    byte[] sealed = seal(span, plain);
    if (sealed.length > CommitObject.MAX_INLINE_ITEM_BYTES) {
      return Optional.empty();
    }
    return Optional.of(
        new StagedPack(
            span.kind(),
            span.index(),
            span.fromVersion(),
            span.toVersion(),
            sealed.length,
            Optional.of(new StagedPack.Sealed(sealed)),
            Optional.empty()));
  }

  /** Seals a plaintext into an object of its own. */
  StagedPack own(Span span, byte[] plain, ObjectFolder objects) throws InftException {
    byte[] sealed = seal(span, plain);
    ObjectRef ref = objects.keep(sealed);
    return new StagedPack(
        span.kind(),
        span.index(),
        span.fromVersion(),
        span.toVersion(),
        ref.sizeBytes(),
        Optional.empty(),
        Optional.of(ref));
  }

  /**
   * Packs whole pages: inside the commit object if they are few and fit, else into an object of
   * their own.
   *
   * @param pages which; the lock page is left out
   */
  StagedPack whole(Span span, long pageCount, PageSet pages, Images images, ObjectFolder objects)
      throws InftException {
    PackHeader header =
        new PackHeader(
            span.kind(), pageSize, pageCount, span.fromVersion(), span.toVersion(), false);
    if (pages.size() <= SMALL_PAGES && (long) pages.size() * pageSize <= SMALL_BYTES) {
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      try {
        write(header, plain, pages, images);
      } catch (IOException e) {
        throw new IllegalStateException("memory takes all bytes", e);
      }
      Optional<StagedPack> inline = inline(span, plain.toByteArray());
      if (inline.isPresent()) {
        return inline.get();
      }
    }
    return toFile(span, header, pages, images, objects);
  }

  /** Packs a snapshot into an object of its own, whatever its size. */
  public StagedPack ownSnapshot(Span span, long pageCount, Images images, ObjectFolder objects)
      throws InftException {
    PackHeader header =
        new PackHeader(PackType.SNAPSHOT, pageSize, pageCount, 0, span.toVersion(), false);
    return toFile(span, header, PageSet.all(pageCount), images, objects);
  }

  private StagedPack toFile(
      Span span, PackHeader header, PageSet pages, Images images, ObjectFolder objects)
      throws InftException {
    Path file = objects.unfinished("pack-" + span.producedBy() + "-" + span.index());
    try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file), 1 << 18);
        OutputStream sealing =
            Seal.sealing(keys.current(), span.label(context, keys.epoch()), padding, random, raw)) {
      write(header, sealing, pages, images);
    } catch (IOException e) {
      throw new LocalStorageException(file, "write", e);
    }
    DurableFiles.force(file);
    ObjectRef ref;
    try (FileSource source = FileSource.open(file)) {
      ref = new ObjectRef(MerkleRoot.of(source), source.sizeBytes());
    }
    objects.adopt(file, ref);
    return new StagedPack(
        span.kind(),
        span.index(),
        span.fromVersion(),
        span.toVersion(),
        ref.sizeBytes(),
        Optional.empty(),
        Optional.of(ref));
  }

  private byte[] seal(Span span, byte[] plain) {
    return Seal.seal(keys.current(), span.label(context, keys.epoch()), plain, padding, random);
  }

  private void write(PackHeader header, OutputStream to, PageSet pages, Images images)
      throws InftException, IOException {
    long lockPage = LockPage.number(pageSize);
    try (PackWriter writer = new PackWriter(header, stateKey, to)) {
      for (long page = pages.next(1); page != 0; page = pages.next(page + 1)) {
        if (page != lockPage) {
          writer.addKnown(page, images.page(page), hashes.get(page), null);
        }
      }
      writer.finish();
    }
  }
}
