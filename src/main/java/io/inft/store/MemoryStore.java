package io.inft.store;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import io.inft.store.merkle.SegmentHash;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;

/**
 * Keeps objects in the heap, for tests and for networks that live as long as the process. Objects
 * stay after {@link #close}. Checks what it serves like every other store.
 */
public final class MemoryStore implements Store {
  /** An object and the segment roots it had when it came. */
  static final class Held {
    private final byte[] bytes;
    private final List<Digest> segmentRoots;

    Held(byte[] bytes, List<Digest> segmentRoots) {
      this.bytes = bytes;
      this.segmentRoots = List.copyOf(segmentRoots);
    }

    byte[] bytes() {
      return bytes;
    }

    List<Digest> segmentRoots() {
      return segmentRoots;
    }
  }

  /** Not private, so that the contract test can spoil what is stored. */
  final ConcurrentMap<ObjectRef, Held> objects = new ConcurrentHashMap<>();

  @Override
  public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
    long size = object.sizeBytes();
    if (size < 1 || size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("an object in memory has 1 to 2^31-9 bytes, not " + size);
    }
    byte[] bytes = new byte[(int) size];
    ObjectTree tree =
        ObjectTree.of(
            object,
            (index, segment) ->
                System.arraycopy(
                    segment, 0, bytes, index * ObjectLayout.SEGMENT_BYTES, segment.length));
    List<Digest> roots =
        IntStream.range(0, tree.layout().segments()).mapToObj(tree::segmentRoot).toList();
    objects.put(tree.ref(), new Held(bytes, roots));
    listener.transferred(size, size);
    return tree.ref();
  }

  @Override
  public ByteSource open(ObjectRef object) throws InftException {
    Held held = objects.get(object);
    if (held == null) {
      for (ObjectRef other : objects.keySet()) {
        if (other.root().equals(object.root())) {
          throw new SubstitutedObjectException(
              "object " + object, object.sizeBytes() + " bytes", other.sizeBytes() + " bytes");
        }
      }
      throw new ObjectMissingException(object.toString(), describe());
    }
    if (held.bytes().length != object.sizeBytes()) {
      throw new SubstitutedObjectException(
          "object " + object, object.sizeBytes() + " bytes", held.bytes().length + " bytes");
    }
    ObjectLayout layout = new ObjectLayout(object.sizeBytes());
    return new SegmentedSource(
        layout,
        index -> {
          int from = index * ObjectLayout.SEGMENT_BYTES;
          byte[] bytes = Arrays.copyOfRange(held.bytes(), from, from + layout.bytesIn(index));
          Digest found = SegmentHash.root(layout, index, bytes);
          if (!found.equals(held.segmentRoots().get(index))) {
            throw new SubstitutedObjectException(
                "segment " + index + " of object " + object,
                held.segmentRoots().get(index).toString(),
                found.toString());
          }
          return bytes;
        });
  }

  @Override
  public boolean contains(ObjectRef object) {
    return objects.containsKey(object);
  }

  @Override
  public String describe() {
    return "memory";
  }

  @Override
  public void close() {}
}
