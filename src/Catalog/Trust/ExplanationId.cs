using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Trust;

/// <summary>
/// What a refusal is explained by: everything that was asked, so that any node can ask it again. It is no secret, and who
/// shows it may read no more by it than without.
/// </summary>
/// <param name="Policy">The policy.</param>
/// <param name="Version">The version that was served.</param>
/// <param name="Image">How it was pulled: host, name, and tag or digest.</param>
public sealed record ExplanationId(Guid Policy, int Version, ImageReference Image)
{
    private const int MostCharacters = 2048;

    public static bool TryParse(string? text, [NotNullWhen(true)] out ExplanationId? id)
    {
        id = null;
        if (text is null or { Length: > MostCharacters })
            return false;
        try
        {
            var parts = Encoding.UTF8.GetString(Convert.FromBase64String(Padded(text))).Split(' ');
            if (parts is [var policy, var number, var image]
                && Guid.TryParseExact(policy, "N", out var guid)
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                && ImageReference.TryParse(image, out var reference) && !reference.IsNameOnly)
                id = new(guid, version, reference);
        }
        catch (FormatException)
        {
            return false;
        }

        return id is not null;
    }

    /// <summary>Letters, digits, <c>-</c> and <c>_</c>.</summary>
    public override string ToString() => Convert
        .ToBase64String(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{Policy:N} {Version} {Image}")))
        .TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Padded(string text) =>
        text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
}
