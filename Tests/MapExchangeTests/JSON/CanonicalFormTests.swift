import MapDocument
import MapExchange
import Testing
import TestSupport

@Suite("A record's bytes")
struct CanonicalFormTests {
  private func record(_ text: String) throws(ExchangeError) -> MapRecord {
    try MapRecord(canonical: Array(text.utf8))
  }

  @Test(
    "are taken as they are when they are canonical",
    arguments: [
      #"{"id":"a","kind":"region"}"#,
      #"{"":0,"id":"a","kind":"region"}"#,
      #"{"A":[],"id":"a","kind":"region","z":{}}"#,
      #"{"a":[1,-1,0,18446744073709551615,-9223372036854775808],"id":"a","kind":"region"}"#,
      #"{"a":"\"\\\b\f\n\r\t\u0000\u001f/","id":"a","kind":"region"}"#,
      #"{"a":"é€😀","id":"a","kind":"region"}"#,
      #"{"a":[true,false,null],"id":"a","kind":"region"}"#,
      #"{"\u0001":1,"\t":1,"\n":1,"\"":1,"\\":1,"id":"a","kind":"region"}"#,
      #"{"id":"a","kind":"region","é":1,"€":1,"😀":1,"\#u{FB33}":1}"#,
      #"{"a":[[[[[[[]]]]]]],"id":"a","kind":"region"}"#,
    ])
  func canonical(text: String) throws {
    let record = try record(text)
    #expect(record.key == ResourceKey(kind: .region, id: "a"))
    #expect(record.bytes == Array(text.utf8))
    #expect(try record.resource() == .region(id: "a"))
  }

  @Test(
    "are refused when there is another spelling of the same",
    arguments: [
      "", " ", "{", "}", "[]", "1", "\"a\"", "null", "{}",
      #" {"id":"a","kind":"region"}"#, #"{"id":"a","kind":"region"} "#,
      #"{"id": "a","kind":"region"}"#, #"{"id":"a", "kind":"region"}"#,
      #"{"id":"a","kind":"region",}"#, #"{,"id":"a","kind":"region"}"#,
      #"{"id":"a","kind":"region"}{}"#, #"{"id":"a","kind":"region""#,
      #"{"kind":"region","id":"a"}"#, #"{"id":"a","id":"a","kind":"region"}"#,
      #"{"b":1,"a":1,"id":"a","kind":"region"}"#,
      #"{"\n":1,"\t":1,"id":"a","kind":"region"}"#,
      #"{"id":"a","kind":"region","\#u{FB33}":1,"😀":1}"#,
      #"{"a":01,"id":"a","kind":"region"}"#, #"{"a":-0,"id":"a","kind":"region"}"#,
      #"{"a":1.0,"id":"a","kind":"region"}"#, #"{"a":1e3,"id":"a","kind":"region"}"#,
      #"{"a":+1,"id":"a","kind":"region"}"#, #"{"a":-,"id":"a","kind":"region"}"#,
      #"{"a":18446744073709551616,"id":"a","kind":"region"}"#,
      #"{"a":-9223372036854775809,"id":"a","kind":"region"}"#,
      #"{"a":"\/","id":"a","kind":"region"}"#, #"{"a":"\u0041","id":"a","kind":"region"}"#,
      #"{"a":"\u000a","id":"a","kind":"region"}"#, #"{"a":"\u001F","id":"a","kind":"region"}"#,
      #"{"a":"\u00","id":"a","kind":"region"}"#, #"{"a":"\x","id":"a","kind":"region"}"#,
      #"{"a":tru,"id":"a","kind":"region"}"#, #"{"a":True,"id":"a","kind":"region"}"#,
      #"{"a":"\#u{1}","id":"a","kind":"region"}"#,
      "{\"a\":\"\n\",\"id\":\"a\",\"kind\":\"region\"}",
      #"{"a":[1,],"id":"a","kind":"region"}"#, #"{"a":[1 ],"id":"a","kind":"region"}"#,
      #"{"a":[[[[[[[[]]]]]]]],"id":"a","kind":"region"}"#,
      #"{"id":"a","kind":"region"}"# + "\n",
    ])
  func otherSpellings(text: String) {
    #expect { try record(text) } throws: { ($0 as? ExchangeError)?.code == "malformed" }
  }

  @Test(
    "are refused when they name no resource",
    arguments: [
      #"{"id":"a"}"#, #"{"kind":"region"}"#, #"{"id":"a","kind":"planet"}"#,
      #"{"id":1,"kind":"region"}"#, #"{"id":"a","kind":null}"#, #"{"id":"","kind":"region"}"#,
      #"{"id":"A","kind":"region"}"#, #"{"id":"-a","kind":"region"}"#,
      #"{"id":"a.b","kind":"region"}"#, #"{"id":"a/b","kind":"region"}"#,
      #"{"id":"é","kind":"region"}"#,
      #"{"id":"\#(String(repeating: "a", count: 64))","kind":"region"}"#,
    ])
  func noResource(text: String) {
    #expect { try record(text) } throws: { ($0 as? ExchangeError)?.code == "malformed" }
  }

  @Test("are refused when they aren't UTF-8")
  func encoding() {
    for bad: [UInt8] in [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3],
    ] {
      let bytes = Array(#"{"a":""#.utf8) + bad + Array(#"","id":"a","kind":"region"}"#.utf8)
      #expect { try MapRecord(canonical: bytes) } throws: {
        ($0 as? ExchangeError)?.code == "malformed"
      }
    }
  }

  @Test("are refused over the limit, before they are read")
  func limit() {
    let text = #"{"id":"a","kind":"\#(String(repeating: "x", count: 64 << 10))"}"#
    #expect(throws: ExchangeError.tooLarge("a record", limit: 64 << 10)) { try record(text) }
  }

  @Test("never trap, whatever is done to them", arguments: 0..<20)
  func mutations(seed: UInt64) throws {
    var mutator = Mutator(seed: seed)
    for resource in MapDocument.sample.resources {
      let bytes = MapRecord(resource).bytes
      for _ in 0..<200 {
        let mutated = mutator.mutate(bytes)
        guard let record = try? MapRecord(canonical: mutated) else { continue }
        #expect(record.bytes == mutated)
        // What can be read can be written, and read again the same.
        if let read = try? record.resource() {
          #expect(try MapRecord(canonical: MapRecord(read).bytes).resource() == read)
        }
      }
    }
  }
}
