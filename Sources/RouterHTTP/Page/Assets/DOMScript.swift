extension PageAssets {
  /// What turns descriptions of elements into elements.
  static let domScript = #"""
    // A small virtual DOM. What the router tells gets into the page as text nodes and attributes only,
    // never as markup, so that a name can't be anything but a name. Elements stay where they are from
    // one second to the next, and with them the keyboard's focus.

    const svgSpace = "http://www.w3.org/2000/svg";
    const svgTags = new Set(["svg", "g", "path", "rect", "circle", "line", "text", "title"]);

    /** A description of an element; `key` among its attributes keeps it the same one in a list. */
    export function h(tag, attributes, ...children) {
      return { tag, attributes: attributes ?? {}, children: present(children) };
    }

    /** Makes the children of `parent` what `children` describe. */
    export function render(parent, children) {
      const list = present([children]);
      const keyed = new Map();
      for (const node of parent.childNodes) {
        if (node.shardwayKey !== undefined) keyed.set(node.shardwayKey, node);
      }
      list.forEach((child, place) => {
        const there = parent.childNodes[place];
        const wanted = typeof child === "object" ? element(child, there, keyed) : text(child, there);
        if (wanted !== there) parent.insertBefore(wanted, there ?? null);
      });
      while (parent.childNodes.length > list.length) parent.lastChild.remove();
    }

    /** All children, however they were nested, without those that there are not. */
    function present(children) {
      return children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false);
    }

    function text(child, there) {
      if (there?.nodeType !== Node.TEXT_NODE) return document.createTextNode(String(child));
      if (there.data !== String(child)) there.data = String(child);
      return there;
    }

    function element({ tag, attributes, children }, there, keyed) {
      const { key } = attributes;
      const found = key === undefined ? there : keyed.get(key);
      const fits = found?.nodeType === Node.ELEMENT_NODE && found.localName === tag
        && found.shardwayKey === key;
      const node = fits ? found
        : svgTags.has(tag) ? document.createElementNS(svgSpace, tag) : document.createElement(tag);
      node.shardwayKey = key;
      update(node, attributes);
      render(node, children);
      return node;
    }

    function update(node, attributes) {
      const before = node.shardwayAttributes ?? {};
      for (const name in before) {
        if (!(name in attributes)) node.removeAttribute(name);
      }
      for (const [name, value] of Object.entries(attributes)) {
        if (name === "key") continue;
        if (typeof value === "function") node[name] = value;
        else if (value === null || value === undefined || value === false) node.removeAttribute(name);
        else if (before[name] !== value) node.setAttribute(name, value === true ? "" : value);
      }
      node.shardwayAttributes = attributes;
    }
    """#
}
