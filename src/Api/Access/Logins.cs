using System.Net.Http.Headers;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrleansRegistry.Access;

/// <summary>Somebody who said who he is, or an anonymous caller; and what tokens for him are bound to.</summary>
internal sealed record Login(Caller Caller, TokenOwner? Owner)
{
    public static Login Anonymous { get; } = new(Caller.Anonymous, null);

    public static Login Of(Credentials user) => new(
        new(user.User, user.Name, user.Role), new(user.User, user.Name, user.Generation));
}

/// <summary>Finds out who a request says it is from, by user name and password.</summary>
internal sealed class Logins(IUserStore users, Passwords passwords, LoginFailures failures)
{
    /// <summary>The user; anonymous where the request says nothing; null where it says something wrong.</summary>
    public async Task<Login?> FindAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization.Count == 0)
            return Login.Anonymous;
        return Read(request) is var (name, password)
            ? await FindAsync(name, password, request.HttpContext, cancellationToken)
            : null;
    }

    /// <summary>The user of that name and password; null where that is wrong.</summary>
    public async Task<Login?> FindAsync(
        string name, string password, HttpContext context, CancellationToken cancellationToken)
    {
        if (name.Contains('\0'))
            return null;
        var source = HashingSource.Of(context, name);
        var user = await users.FindCredentialsAsync(name, cancellationToken);
        var hash = user is { IsActive: true } ? user.PasswordHash : null;
        if (await passwords.AreEqualAsync(hash, password, source, cancellationToken))
            return Login.Of(user!);
        failures.Add(source, isKnown: hash is not null);
        return null;
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
