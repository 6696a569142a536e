import Telemetry
import Testing

@testable import DataPlane

@Suite("A transaction that only its client knows of")
struct BegunTransactionTests {
  @Test("has failed for the reason for which its first statement was refused")
  func failure() {
    var begun = BegunTransaction(text: Array("BEGIN\0".utf8), isReadOnly: false)
    #expect(!begun.hasFailed && begun.failure == nil)
    begun.fail(.limited)
    begun.fail(.refused)
    #expect(begun.hasFailed && begun.failure == .limited)
  }
}
