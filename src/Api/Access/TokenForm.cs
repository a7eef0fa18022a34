using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Access;

/// <summary>What a client sends to get a token. Source: Docker Registry, "OAuth2 Token Authentication".</summary>
internal sealed class TokenForm(IReadOnlyDictionary<string, StringValues> fields)
{
    private const int MaxBytes = 16 * 1024;
    private const string MediaType = "application/x-www-form-urlencoded";

    /// <summary>The first value of that name; null where there is none, or an empty one.</summary>
    public string? Find(string name) => fields.TryGetValue(name, out var values) && values is [{ Length: > 0 } first, ..]
        ? first
        : null;

    /// <summary>The form, or null where the body is none.</summary>
    /// <exception cref="ProblemException">It is too large.</exception>
    public static async Task<TokenForm?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.Split(';')[0].Trim().Equals(MediaType, StringComparison.OrdinalIgnoreCase) != true)
            return null;
        var body = await BoundedBody.ReadAsync(request, MaxBytes, cancellationToken) ?? throw new ProblemException(
            ProblemKind.ManifestTooLarge, $"A request for a token has at most {MaxBytes / 1024} KiB.");
        return new(QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)));
    }
}
