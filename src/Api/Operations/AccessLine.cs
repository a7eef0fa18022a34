using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Management;
using OrleansRegistry.Registry;

namespace OrleansRegistry.Operations;

/// <summary>How requests are written down.</summary>
public enum AccessLogFormat
{
    /// <summary>Not at all.</summary>
    Off,

    /// <summary>A line of <c>key=value</c> for each.</summary>
    Text,

    /// <summary>A line of JSON for each.</summary>
    Json,
}

/// <summary>
/// What is written down of one request: who, from where, what, how it ended. Never its query, its headers or its body,
/// which may hold secrets.
/// </summary>
internal sealed record AccessLine(
    DateTimeOffset Time,
    string User,
    IPAddress? Address,
    string Method,
    string Path,
    string Repository,
    string Digest,
    int Status,
    long Received,
    long Sent,
    double Milliseconds,
    string CorrelationId)
{
    private const int LongestText = 512;

    private const int UsualLine = 1024;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/@+[]%*,");

    public static AccessLine Of(HttpContext context, DateTimeOffset time, TimeSpan elapsed)
    {
        var (request, response) = (context.Request, context.Response);
        var isHead = HttpMethods.IsHead(request.Method);
        return new(
            time,
            context.Caller.Name,
            context.Connection.RemoteIpAddress,
            request.Method,
            NestedNames.Unfold(request.Path.Value ?? ""),
            request.RouteValues["name"] is string name ? NestedNames.Unfold(name) : "",
            response.Headers["Docker-Content-Digest"].ToString(),
            response.StatusCode,
            request.ContentLength ?? 0,
            isHead ? 0 : response.ContentLength ?? 0,
            elapsed.TotalMilliseconds,
            Correlation.Of(context));
    }

    /// <summary>The line with its end, in UTF-8.</summary>
    public void WriteTo(IBufferWriter<byte> output, AccessLogFormat format)
    {
        if (format is AccessLogFormat.Json)
            WriteJson(output);
        else
            WriteText(output);
        output.Write("\n"u8);
    }

    private void WriteText(IBufferWriter<byte> output)
    {
        int written;
        for (var size = UsualLine; !Write(output.GetSpan(size), out written); size *= 2)
            continue;
        output.Advance(written);
    }

    private bool Write(Span<byte> line, out int written) => Utf8.TryWrite(
        line,
        CultureInfo.InvariantCulture,
        $"{Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} access user={Quoted(User)} address={(object?)Address ?? "-"} "
        + $"method={Quoted(Method)} path={Quoted(Path)} repository={Quoted(Repository)} digest={Quoted(Digest)} "
        + $"status={Status} received={Received} sent={Sent} ms={Milliseconds:0.0} id={Quoted(CorrelationId)}",
        out written);

    private void WriteJson(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("time", Time.UtcDateTime);
        json.WriteString("user", Short(User));
        json.WriteString("address", Address?.ToString() ?? "");
        json.WriteString("method", Short(Method));
        json.WriteString("path", Short(Path));
        json.WriteString("repository", Short(Repository));
        json.WriteString("digest", Digest);
        json.WriteNumber("status", Status);
        json.WriteNumber("received", Received);
        json.WriteNumber("sent", Sent);
        json.WriteNumber("ms", Math.Round(Milliseconds, 1));
        json.WriteString("id", CorrelationId);
        json.WriteEndObject();
    }

    // A line is a line, whatever strangers put into a path.
    private static string Quoted(string text)
    {
        text = Short(text);
        return text.Length == 0 ? "-"
            : !text.AsSpan().ContainsAnyExcept(Plain) ? text
            : $"\"{JsonEncodedText.Encode(text)}\"";
    }

    private static string Short(string text) => text.Length <= LongestText ? text : text[..LongestText];
}
