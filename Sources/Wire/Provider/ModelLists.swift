/// The list of the one scripted model, as each kind of client asks for it.
enum ModelLists {
  static func openAI(_ model: String, _ out: inout [UInt8]) {
    out.put("{\"object\":\"list\",\"data\":[")
    putOpenAI(model: model, &out)
    out.put("]}")
  }

  static func putOpenAI(model: String, _ out: inout [UInt8]) {
    out.put("{\"id\":")
    out.putQuoted(model)
    out.put(",\"object\":\"model\",\"created\":")
    out.put(ChatParts.created)
    out.put(",\"owned_by\":\"relaymark\"}")
  }

  static func anthropic(_ model: String, _ out: inout [UInt8]) {
    out.put("{\"data\":[{\"type\":\"model\",\"id\":")
    out.putQuoted(model)
    out.put(",\"display_name\":\"relaymark\",\"created_at\":\"2026-09-21T14:13:20Z\"}],")
    out.put("\"has_more\":false,\"first_id\":")
    out.putQuoted(model)
    out.put(",\"last_id\":")
    out.putQuoted(model)
    out.put("}")
  }

  static func gemini(_ model: String, _ out: inout [UInt8]) {
    out.put("{\"models\":[{\"name\":")
    out.putQuoted("models/\(model)")
    out.put(",\"displayName\":\"relaymark\",\"supportedGenerationMethods\":")
    out.put("[\"generateContent\",\"streamGenerateContent\"]}]}")
  }

  static func ollama(_ model: String, _ out: inout [UInt8]) {
    out.put("{\"models\":[{\"name\":")
    out.putQuoted(model)
    out.put(",\"model\":")
    out.putQuoted(model)
    out.put(",\"modified_at\":\"2026-09-21T14:13:20Z\",\"size\":0,\"digest\":\"\"}]}")
  }
}
