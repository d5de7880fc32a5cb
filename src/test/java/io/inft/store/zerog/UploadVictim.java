package io.inft.store.zerog;

import io.inft.bytes.ByteSource;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.devnet.DevnetFixture;
import io.inft.evm.Chain;
import io.inft.evm.FileJournal;
import io.inft.evm.TransactionSender;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** Stores one object in a process of its own, to be killed at any moment. */
final class UploadVictim {
  private UploadVictim() {}

  static byte[] object(long seed, int size) {
    byte[] object = new byte[size];
    new Random(seed).nextBytes(object);
    return object;
  }

  /** rpc, indexer, private key, journal folder, seed, size. */
  public static void main(String[] arguments) throws Exception {
    Chain chain =
        new Chain(
            JsonRpc.at(URI.create(arguments[0]), RpcSettings.STANDARD),
            DevnetFixture.chainSettings());
    TransactionSender sender =
        new TransactionSender(
            chain, SigningKey.parse(arguments[2]), FileJournal.open(Path.of(arguments[3])));
    ZeroGSettings settings =
        ZeroGSettings.withIndexer(URI.create(arguments[1]))
            .withTimes(Duration.ofSeconds(60), Duration.ofMillis(50));
    byte[] object = object(Long.parseLong(arguments[4]), Integer.parseInt(arguments[5]));
    try (ZeroGStore store = ZeroGStore.open(settings, chain, sender)) {
      System.out.println("go");
      store.put(ByteSource.of(object), TransferListener.NONE);
      System.out.println("done");
    }
  }
}
