// An address like /#1… carries its bundle. Browsers keep what is behind the # to
// themselves, so it is sent from here, as a form that keeps the address.
if (document.body.matches(".first") && /^#\d/.test(location.hash)) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = `/${location.search}${location.hash}`;
  const code = document.createElement("input");
  code.type = "hidden";
  code.name = "code";
  code.value = location.hash.slice(1);
  form.append(code);
  document.body.append(form);
  form.submit();
}
