package agent;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands where a language model would: understands two sentences and needs no network. */
public final class ScriptedModel implements ChatModel {
  private static final Pattern TOLD = Pattern.compile("(?i)my (\\w+) is (.+?)\\.?");
  private static final Pattern ASKED = Pattern.compile("(?i)what is my (\\w+)\\?");

  @Override
  public ChatResponse doChat(ChatRequest request) {
    return ChatResponse.builder().aiMessage(answer(request.messages())).build();
  }

  private static AiMessage answer(List<ChatMessage> messages) {
    ChatMessage last = messages.get(messages.size() - 1);
    if (last instanceof ToolExecutionResultMessage result) {
      return result.toolName().equals("recall")
          ? AiMessage.from("It is " + result.text() + ".")
          : AiMessage.from("I shall remember that.");
    }
    String text = ((UserMessage) last).singleText();
    Matcher told = TOLD.matcher(text);
    if (told.matches()) {
      return tool("remember", told.group(1) + "=" + told.group(2));
    }
    Matcher asked = ASKED.matcher(text);
    if (asked.matches()) {
      return tool("recall", asked.group(1));
    }
    long turns = messages.stream().filter(UserMessage.class::isInstance).count();
    return AiMessage.from("This is the " + turns + ". thing you tell me.");
  }

  private static AiMessage tool(String name, String arguments) {
    return AiMessage.from(
        ToolExecutionRequest.builder().id("1").name(name).arguments(arguments).build());
  }
}
