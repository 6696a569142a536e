import ControlPlane
import Testing

@Suite("JSON")
struct JSONTests {
  @Test(
    "Reads JSON into canonical form",
    arguments: [
      (#"{"b":1,"a":[true,null,"x"]}"#, #"{"a":[true,null,"x"],"b":1}"#),
      (#" [ 1 , -2 , 0 ] "#, "[1,-2,0]"),
      (#""\u0041\u00e9\ud83d\ude00\/""#, "\"Aé😀/\""),
      (#""\u0000\n\t\"\\\u001f""#, #""\u0000\n\t\"\\\u001f""#),
      ("9223372036854775807", "9223372036854775807"),
      ("-9223372036854775808", "-9223372036854775808"),
      ("{}", "{}"), ("[]", "[]"), (#"{"":{}}"#, #"{"":{}}"#),
    ])
  func canonical(_ text: String, _ expected: String) throws {
    let value = try JSONValue(json: Array(text.utf8))
    #expect(String(decoding: value.canonical, as: UTF8.self) == expected)
    #expect(try JSONValue(json: value.canonical) == value)
  }

  @Test(
    "Refuses what is none, with the place",
    arguments: [
      ("", 0), ("{", 1), ("[1,]", 3), ("[1 2]", 3), (#"{"a" 1}"#, 5), (#"{"a":1,"a":2}"#, 7),
      (#"{a:1}"#, 1), ("01", 0), ("-", 1), ("1.5", 0), ("1e3", 0), ("9223372036854775808", 0),
      ("nul", 0), (#""abc"#, 4), ("\"a\nb\"", 2), (#""\x""#, 3), (#""\ud800""#, 7),
      (#""\udc00""#, 7), ("true false", 5), ("\u{feff}1", 0),
    ])
  func refusals(_ text: String, offset: Int) {
    let fault = #expect(throws: JSONFault.self) { try JSONValue(json: Array(text.utf8)) }
    #expect(fault?.offset == offset, "\(fault.map(String.init(describing:)) ?? "")")
  }

  @Test("Refuses text that is not UTF-8")
  func notUTF8() {
    #expect(throws: JSONFault.self) { try JSONValue(json: [0x22, 0xff, 0x22]) }
    #expect(throws: JSONFault.self) { try JSONValue(json: [0x22, 0xc0, 0x80, 0x22]) }
  }

  @Test("Refuses nesting without end, and doesn't fall")
  func depth() throws {
    let deep = Array(repeating: UInt8(ascii: "["), count: 100_000)
    #expect(throws: JSONFault.self) { try JSONValue(json: deep) }
    let allowed = ControlLimits.jsonDepth - 1
    let good = String(repeating: "[", count: allowed) + "1" + String(repeating: "]", count: allowed)
    #expect(throws: Never.self) { try JSONValue(json: Array(good.utf8)) }
  }

  @Test("Every prefix of a document is refused")
  func prefixes() {
    let bytes = Array(#"{"a":[1,{"b":"\u00e9\n"},true,null],"c":-12}"#.utf8)
    for count in 0..<bytes.count {
      #expect(throws: JSONFault.self) { try JSONValue(json: Array(bytes.prefix(count))) }
    }
  }

  /// RFC 7396, appendix A, as far as its values are objects with integers.
  @Test(
    "Merges as RFC 7396 says",
    arguments: [
      (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
      (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
      (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
      (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
      (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
      (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
      (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
      (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"e":null}"#, #"{"a":1}"#, #"{"a":1,"e":null}"#),
      (#"[1,2]"#, #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
      ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
  func merging(_ target: String, _ patch: String, _ expected: String) throws {
    let merged = try JSONValue(json: Array(target.utf8))
      .merging(JSONValue(json: Array(patch.utf8)))
    #expect(String(decoding: merged.canonical, as: UTF8.self) == expected)
  }
}
