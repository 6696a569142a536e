extension RawSpan {
  /// A copy of the bytes in memory of its own, which the caller deallocates; never nil, even of nothing.
  func heapCopy() -> UnsafeMutableRawPointer {
    let copy = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 1), alignment: 1)
    withUnsafeBytes { bytes in
      if let source = bytes.baseAddress { copy.copyMemory(from: source, byteCount: byteCount) }
    }
    return copy
  }
}
