// All that html-validate recommends, but for what each line says.
export const part = {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // A button without a type sends its form, which is what ours do.
    "no-implicit-button-type": "off",
    // White space at the end of a line is the templates' indentation; no browser shows it.
    "no-trailing-whitespace": "off",
    // A title begins with its page's heading, which may be an action's own words.
    "long-title": "off",
    // GOV.UK's date boxes say role="group" on their fieldset.
    "no-redundant-role": "off",
    // A question with several answers has one name, as radio buttons do.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "submit", "button", "reset"] }],
  },
};

// What only a whole page can be asked: its doctype, and that every label and description that it points to is there.
export const whole = {
  ...part,
  extends: [...part.extends, "html-validate:document"],
  rules: {
    ...part.rules,
    // GOV.UK's error summary has a heading of its own above the page's.
    "heading-level": ["error", { minInitialRank: "h2" }],
    // Scripts and styles come from the site itself.
    "require-sri": "off",
  },
};
