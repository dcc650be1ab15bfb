// The skeleton of a page: everything that axe can judge, and no word of what is written on it.
// Two pages with the same skeleton have the same mistakes, or none. Rows of a list that are alike count once.
() => {
    const EXACT = new Set([
        "class", "role", "type", "lang", "dir", "tabindex", "autocomplete", "scope", "rel", "media", "http-equiv",
        "open", "hidden", "disabled", "required", "readonly", "multiple", "selected", "checked", "inert",
        "colspan", "rowspan", "target", "method", "download", "contenteditable", "content", "style", "fill", "stroke",
    ]);
    const TOLD = new Set(["alt", "title", "placeholder", "aria-label", "summary", "label", "value",
        "aria-valuenow", "aria-valuetext", "aria-description"]);
    const POINTS = new Set([
        "for", "headers", "list", "form", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns",
        "aria-errormessage", "aria-details", "aria-activedescendant", "popovertarget",
    ]);
    const LANDMARKS = "main, nav, aside, header, footer, section, form, dialog, [role], iframe";
    const NUMBERS = /[0-9a-f]{8}-[0-9a-f-]{27}|LL-[0-9A-Z]{4}-[0-9A-Z]{4}|\d+/g;

    const length = (text) => Math.min((text || "").trim().length, 2);
    const pointed = (ids) => ids.split(/\s+/).map((id) => {
        const found = document.getElementById(id);
        return found ? `${found.localName}${length(found.textContent)}` : "nowhere";
    }).join(" ");

    const names = new Map();
    const nameOf = (one) => {
        const ids = (one.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
        const name = ids.length
            ? ids.map((id) => document.getElementById(id)?.textContent || "").join(" ")
            : one.getAttribute("aria-label") || one.getAttribute("title") || "";
        if (!names.has(name)) names.set(name, names.size);
        return name ? names.get(name) : "nameless";
    };

    const attribute = ({name, value}) => {
        if (POINTS.has(name)) return `${name}>${pointed(value)}`;
        if (TOLD.has(name)) return `${name}~${length(value)}`;
        if (name === "href") return value.startsWith("#") ? `href#${pointed(value.slice(1))}` : `href~${length(value)}`;
        if (name === "id") return value ? "id" : "id-empty";
        if (EXACT.has(name) || name.startsWith("aria-")) return `${name}=${value}`;
        return name === "name" ? `name=${value.replace(NUMBERS, "#")}` : name;
    };

    const state = (one) => {
        const said = [];
        if (one === document.activeElement && one !== document.body) said.push("focused");
        if (one.checked) said.push("checked");
        if (one.disabled) said.push("disabled");
        if (one.labels) said.push(`labels~${one.labels.length}`);
        if ("value" in one && typeof one.value === "string") said.push(`value~${length(one.value)}`);
        const {overflowX, overflowY, display, visibility} = getComputedStyle(one);
        if (display === "none" || visibility !== "visible") said.push("unseen");
        if (overflowX !== "visible" && one.scrollWidth > one.clientWidth) said.push("wide");
        if (overflowY !== "visible" && one.scrollHeight > one.clientHeight) said.push("high");
        if (one.matches(LANDMARKS)) said.push(nameOf(one));
        return said.join(" ");
    };

    const skeleton = (one) => {
        const parts = [];
        for (const child of one.childNodes) {
            let part = "";
            if (child.nodeType === Node.TEXT_NODE) part = length(child.data) ? `"${length(child.data)}"` : "";
            if (child.nodeType === Node.ELEMENT_NODE) part = skeleton(child);
            if (!part) continue;
            if (parts.at(-1) === part) parts.push("+");
            else if (parts.at(-1) !== "+" || parts.at(-2) !== part) parts.push(part);
        }
        const attributes = [...one.attributes].map(attribute).sort().join(" ");
        return `<${one.localName} ${attributes}|${state(one)}>${parts.join("")}</>`;
    };

    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    if (ids.length !== new Set(ids).size) return "";  // never the same: which of them is meant, is a matter of words
    const keys = [...document.querySelectorAll("[accesskey]")].map((one) => one.accessKey);
    return `${location.origin} ${innerWidth} ${keys.sort().join("")} ${skeleton(document.documentElement)}`;
}
