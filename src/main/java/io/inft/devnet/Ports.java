package io.inft.devnet;

import io.inft.failure.SettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports of the loopback interface. A port found free may be taken a moment later. */
final class Ports {
  private static final int HIGHEST = 65_535;

  private Ports() {}

  /**
   * The port to listen on.
   *
   * @param setting names the wish in the failure
   * @param wanted must be free; 0 if none is wanted
   * @param before taken if it is free
   * @return 0 if any will do
   */
  static int choose(String setting, int wanted, String before) throws SettingException {
    if (wanted != 0) {
      if (wanted > HIGHEST || !isFree(wanted)) {
        throw new SettingException(
            setting,
            wanted + " is taken or not allowed; choose another port, or none to take a free one");
      }
      return wanted;
    }
    int last = before.matches("[0-9]{1,5}") ? Integer.parseInt(before) : 0;
    return last > 0 && last <= HIGHEST && isFree(last) ? last : 0;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
