import Testing

@testable import RouterHTTP

@Suite("The web page", .serialized) struct PageTests {
  @Test("is served whole, under a policy that lets it load nothing but itself")
  func served() async throws {
    let router = try TellingRouter()
    for file in PageAssets.files {
      let answer = try await router.get(file.path)
      #expect(answer.status == 200 && answer.text == file.text, "\(file.path)")
      #expect(answer.header("content-type") == file.mediaType)
      let policy = try #require(answer.header("content-security-policy"))
      #expect(policy.hasPrefix("default-src 'none'; script-src 'self';"))
      #expect(!policy.contains("unsafe") && !policy.contains("http"))
      #expect(answer.header("x-content-type-options") == "nosniff")
    }
  }

  @Test("names only files that there are, and nothing of the internet")
  func complete() {
    let paths = Set(PageAssets.files.map(\.path))
    for file in PageAssets.files {
      for match in file.text.matches(of: /(?:src|href)="(\/[^"#?]*)"/) {
        let path = String(match.1)
        #expect(paths.contains(path) || path.hasPrefix("/api/") || path == "/metrics", "\(path)")
      }
      for match in file.text.matches(of: /from "\.\/([a-z]+\.js)"/) {
        #expect(paths.contains("/assets/\(match.1)"), "\(file.path) imports \(match.1)")
      }
      let addresses = file.text.matches(of: /https?:\/\/[^"\s]+/).map { String($0.0) }
      #expect(addresses.allSatisfy { $0 == "http://www.w3.org/2000/svg" }, "\(addresses)")
    }
  }

  @Test("has no way to make markup of what it is told")
  func escaping() {
    let ways = [
      "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "srcdoc",
    ]
    for file in PageAssets.files {
      for way in ways { #expect(!file.text.contains(way), "\(file.path) uses \(way)") }
      // The policy would refuse these.
      #expect(file.text.firstMatch(of: /<[a-z]+[^>]* (on[a-z]+|style)=/) == nil, "\(file.path)")
    }
  }
}
