import Testing

@testable import Admission

@Suite struct LayoutTests {
  @Test("what a transaction touches of a tenant is half a cache line, and what is shared three")
  func sizes() {
    #expect(MemoryLayout<TenantRecord>.stride == 32)
    #expect(MemoryLayout<TenantCell>.stride == 192)
    #expect(MemoryLayout<TenantDetails>.stride <= 192)
    #expect(MemoryLayout<TenantDetails>.offset(of: \.nextIdle)! <= 60)
  }
}
