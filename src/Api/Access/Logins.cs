using System.Net.Http.Headers;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrleansRegistry.Access;

/// <summary>Finds out who a request says it is from, by user name and password.</summary>
internal sealed class Logins(IUserStore users, Passwords passwords)
{
    /// <summary>The user; anonymous where the request says nothing; null where it says something wrong.</summary>
    public async Task<Caller?> FindAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization.Count == 0)
            return Caller.Anonymous;
        if (Read(request) is not var (name, password))
            return null;
        var user = await users.FindCredentialsAsync(name, cancellationToken);
        var hash = user is { IsActive: true } ? user.PasswordHash : null;
        return await passwords.AreEqualAsync(hash, password, cancellationToken)
            ? new(user!.User, user.Name, user.Role)
            : null;
    }

    // RFC 7617 leaves the encoding open: most clients send UTF-8, Pulp's Latin-1.
    private static string Decode(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);

    private static (string Name, string Password)? Read(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers[HeaderNames.Authorization], out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { } encoded)
            return null;
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
            return null;
        var text = Decode(bytes.AsSpan(0, length));
        return text.IndexOf(':') is var colon and >= 0 && !text.Contains('\0')
            ? (text[..colon], text[(colon + 1)..])
            : null;
    }
}
