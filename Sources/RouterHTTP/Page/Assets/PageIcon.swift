extension PageAssets {
  /// The mark.
  static let icon = #"""
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f6f78"/><path d="M5 16h7c4 0 4-8 8-8h3M12 16h11M12 16c4 0 4 8 8 8h3" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/><circle cx="25.500" cy="8" r="2.600" fill="#fff"/><circle cx="25.500" cy="16" r="2.600" fill="#8fd0c8"/><circle cx="25.500" cy="24" r="2.600" fill="#8fd0c8"/></svg>
    """#
}
