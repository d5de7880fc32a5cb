package diary;

import java.util.List;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Writes the words of the command line into the diary and prints it. */
@SpringBootApplication
public class Main {
  public static void main(String[] words) {
    try (var context = SpringApplication.run(Main.class, words)) {
      Diary diary = context.getBean(Diary.class);
      List<String> said = context.getBean(ApplicationArguments.class).getNonOptionArgs();
      if (!said.isEmpty()) {
        diary.write(List.of(String.join(" ", said)));
      }
      diary.read().forEach(System.out::println);
    }
  }
}
