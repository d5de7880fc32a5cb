package journal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.time.Instant;

/** One message of a conversation. */
@Entity
public class Message {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @ManyToOne(fetch = FetchType.LAZY, optional = false)
  private Conversation conversation;

  private String who;

  @Column(length = 100_000)
  private String text;

  private Instant at = Instant.now();

  /** A byte[] without Lob: SQLite's driver has no java.sql.Blob. */
  private byte[] picture;

  protected Message() {}

  Message(Conversation conversation, String who, String text) {
    this.conversation = conversation;
    this.who = who;
    this.text = text;
  }

  public void attach(byte[] picture) {
    this.picture = picture.clone();
  }

  public int pictureBytes() {
    return picture == null ? 0 : picture.length;
  }

  @Override
  public String toString() {
    return who + ": " + text;
  }
}
