namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>The form in which a text signature (type 0x01) hashes its data. Source: RFC 9580, 5.2.1.2.</summary>
internal static class LineEnds
{
    /// <summary>The text with every line feed preceded by a carriage return.</summary>
    public static byte[] ToCrLf(byte[] text)
    {
        if (!text.AsSpan().Contains((byte)'\n'))
            return text;
        var canonical = new byte[text.Length + text.AsSpan().Count((byte)'\n')];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
                canonical[count++] = (byte)'\r';
            canonical[count++] = text[i];
        }
        return canonical[..count];
    }
}
