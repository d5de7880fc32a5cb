package io.inft.cli.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.spec.McpSchema;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client may call.
 *
 * @param writes whether it can change anything
 * @param destroys whether what it does cannot be taken back
 * @param alone whether no other may be at work meanwhile
 */
record Tool(
    String name,
    String description,
    boolean writes,
    boolean destroys,
    boolean alone,
    List<Parameter> parameters,
    Body body) {

  /**
   * One argument.
   *
   * @param type as JSON Schema names it
   */
  record Parameter(String name, String type, boolean required, String description) {}

  /** What it does: fills in the answer. */
  @FunctionalInterface
  interface Body {
    void run(ToolArguments arguments, ObjectNode answer) throws ToolFailure, SQLException;
  }

  static Tool reading(String name, String description, List<Parameter> parameters, Body body) {
    return new Tool(name, description, false, false, false, parameters, body);
  }

  static Tool writing(String name, String description, List<Parameter> parameters, Body body) {
    return new Tool(name, description, true, false, false, parameters, body);
  }

  static Tool destroying(String name, String description, List<Parameter> parameters, Body body) {
    return new Tool(name, description, true, true, false, parameters, body);
  }

  static Tool alone(String name, String description, List<Parameter> parameters, Body body) {
    return new Tool(name, description, true, false, true, parameters, body);
  }

  static Parameter required(String name, String type, String description) {
    return new Parameter(name, type, true, description);
  }

  static Parameter optional(String name, String type, String description) {
    return new Parameter(name, type, false, description);
  }

  /** As the protocol describes it. */
  McpSchema.Tool described() {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      Map<String, Object> property = new LinkedHashMap<>();
      property.put("type", parameter.type());
      property.put("description", parameter.description());
      if (parameter.type().equals("object")) {
        property.put("additionalProperties", Map.of("type", "string"));
      }
      properties.put(parameter.name(), property);
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put(
        "required", parameters.stream().filter(Parameter::required).map(Parameter::name).toList());
    schema.put("additionalProperties", false);
    return McpSchema.Tool.builder(name, schema)
        .description(description)
        .annotations(
            McpSchema.ToolAnnotations.builder()
                .readOnlyHint(!writes)
                .destructiveHint(destroys)
                .openWorldHint(false)
                .build())
        .build();
  }
}
