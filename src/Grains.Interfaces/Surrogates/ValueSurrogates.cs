using OrleansRegistry.Oci;

namespace OrleansRegistry.Surrogates;

/// <summary>How the text values of <c>Oci</c> cross the cluster. A default value is refused: it names nothing.</summary>
[GenerateSerializer]
[Alias("text")]
public struct TextSurrogate
{
    /// <summary>The value's text form.</summary>
    [Id(0)]
    public string Text { get; set; }

    internal static TextSurrogate Of(string text) =>
        text.Length > 0 ? new() { Text = text } : throw new ArgumentException("An empty value cannot be sent.");
}

/// <summary>Carries a <see cref="Digest"/>.</summary>
[RegisterConverter]
public sealed class DigestConverter : IConverter<Digest, TextSurrogate>
{
    /// <inheritdoc/>
    public Digest ConvertFromSurrogate(in TextSurrogate surrogate) => Digest.Parse(surrogate.Text);

    /// <inheritdoc/>
    public TextSurrogate ConvertToSurrogate(in Digest value) => TextSurrogate.Of(value.ToString());
}

/// <summary>Carries a <see cref="Tag"/>.</summary>
[RegisterConverter]
public sealed class TagConverter : IConverter<Tag, TextSurrogate>
{
    /// <inheritdoc/>
    public Tag ConvertFromSurrogate(in TextSurrogate surrogate) => Tag.Parse(surrogate.Text);

    /// <inheritdoc/>
    public TextSurrogate ConvertToSurrogate(in Tag value) => TextSurrogate.Of(value.ToString());
}
