using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management;

/// <summary>A report to read: its JSON, every list of things as a table.</summary>
internal static class RevocationPage
{
    public static string Of(string report)
    {
        var page = new StringBuilder("""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Revocation report</title>
            <style>
            body { font-family: sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em }
            dt { font-weight: bold; margin-top: .6em } dd { margin: 0 }
            table { border-collapse: collapse } td, th { border: 1px solid #ccc; padding: .2em .6em; text-align: left }
            </style></head>
            <body><h1>Revocation report</h1>
            <p>This shows the report as it was signed. The file itself, report.sig beside it and the report key prove it.</p>
            <dl>

            """);
        foreach (var (name, value) in JsonNode.Parse(report)!.AsObject())
        {
            page.Append("<dt>").Append(Text(name.Replace('_', ' '))).Append("</dt><dd>");
            Write(page, value);
            page.Append("</dd>\n");
        }

        return page.Append("</dl></body></html>\n").ToString();
    }

    private static void Write(StringBuilder page, JsonNode? value)
    {
        switch (value)
        {
            case JsonArray { Count: 0 }:
                page.Append("none");
                break;
            case JsonArray { Count: > 0 } rows when rows[0] is JsonObject first:
                page.Append("<table><tr>");
                foreach (var (column, _) in first)
                    page.Append("<th>").Append(Text(column.Replace('_', ' '))).Append("</th>");
                page.Append("</tr>\n");
                foreach (var row in rows)
                    WriteRow(page, row!.AsObject());
                page.Append("</table>");
                break;
            case JsonArray lines:
                foreach (var line in lines)
                    page.Append(Text(line)).Append("<br>\n");
                break;
            default:
                page.Append(Text(value));
                break;
        }
    }

    private static void WriteRow(StringBuilder page, JsonObject row)
    {
        page.Append("<tr>");
        foreach (var (_, cell) in row)
            page.Append("<td>").Append(Text(cell)).Append("</td>");
        page.Append("</tr>\n");
    }

    private static string Text(JsonNode? value) => value is null ? "–" : Text(value.ToString());

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
