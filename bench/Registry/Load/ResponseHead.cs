using System.Buffers.Text;
using System.Text;

namespace OrleansRegistry.Bench.Load;

/// <summary>Status line and the few header fields that matter here. Source: RFC 9112.</summary>
internal readonly record struct ResponseHead(
    int Status, long? ContentLength, bool IsChunked, bool Closes, string? Location)
{
    /// <param name="head">Lines that each end with CR LF; the empty line is not among them.</param>
    public static ResponseHead Parse(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(head[9..], out int status, out _))
            throw new IOException("The server's answer is not HTTP/1.1.");

        var result = new ResponseHead(status, null, false, false, null);
        for (var lines = head[(head.IndexOf("\r\n"u8) + 2)..]; !lines.IsEmpty;)
        {
            var end = lines.IndexOf("\r\n"u8);
            result = result.With(lines[..end]);
            lines = lines[(end + 2)..];
        }

        return result;
    }

    private ResponseHead With(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var name = line[..colon];
        var value = line[(colon + 1)..].Trim((byte)' ');
        if (Is(name, "content-length"u8) && Utf8Parser.TryParse(value, out long length, out _))
            return this with { ContentLength = length };
        if (Is(name, "transfer-encoding"u8))
            return this with { IsChunked = Is(value, "chunked"u8) };
        if (Is(name, "connection"u8))
            return this with { Closes = Is(value, "close"u8) };
        if (Is(name, "location"u8))
            return this with { Location = Encoding.ASCII.GetString(value) };
        return this;
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) =>
        text.Length == lowerCase.Length && Ascii.EqualsIgnoreCase(text, lowerCase);
}
