package journal;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;

/** A conversation with its messages in the order in which they were said. */
@Entity
public class Conversation {
  /** SQLite counts the ids; sequences would need a second connection that writes. */
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  /** Two who change the same conversation: the second is told, not overwritten. */
  @Version private int version;

  @Column(unique = true, nullable = false)
  private String topic;

  @OneToMany(mappedBy = "conversation", cascade = CascadeType.ALL, orphanRemoval = true)
  @OrderBy("id")
  private List<Message> messages = new ArrayList<>();

  protected Conversation() {}

  public Conversation(String topic) {
    this.topic = topic;
  }

  public Message say(String who, String text) {
    Message message = new Message(this, who, text);
    messages.add(message);
    return message;
  }

  public String topic() {
    return topic;
  }

  public List<Message> messages() {
    return List.copyOf(messages);
  }
}
