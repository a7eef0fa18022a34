using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync;

/// <summary>Sends a question to whoever gives tokens.</summary>
internal delegate Task<UpstreamAnswer> AskForToken(UpstreamRequest request, AuthenticationHeaderValue? basic);

/// <summary>Who asks: tokens, once per scope and until shortly before they end, or a password.</summary>
/// <remarks>Source: distribution, "Token Authentication Specification"; RFC 7617.</remarks>
internal sealed class UpstreamLogin
{
    private const int MaxAnswerBytes = 1024 * 1024;
    private const int MaxTokens = 64;
    private const string DockerHubRealm = "auth.docker.io";
    private static readonly TimeSpan UsualLife = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);

    private readonly RemoteAddress _address;
    private readonly IReadOnlyList<string> _realms;
    private readonly AuthenticationHeaderValue? _basic;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _line = new(1);
    private readonly Dictionary<string, Token> _tokens = [];
    private volatile Token? _last;

    public UpstreamLogin(RemoteAddress address, RemoteSettings settings, RemoteSecrets secrets, TimeProvider time)
    {
        (_address, _time) = (address, time);
        _realms = settings.TokenRealms ?? [];
        _basic = secrets.Username is { Length: > 0 } name
            ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{secrets.Password}")))
            : null;
    }

    /// <summary>What worked the last time, or null.</summary>
    public AuthenticationHeaderValue? Current => _last is { } last && last.Until > _time.GetUtcNow() ? last.Header : null;

    /// <summary>What a registry wants to see that said so.</summary>
    /// <param name="refused">What it has seen, or null.</param>
    /// <exception cref="UpstreamException">There is nothing to show, or nobody to show it to.</exception>
    public async Task<AuthenticationHeaderValue> AnswerAsync(
        IReadOnlyList<AuthenticationHeaderValue> challenges, AuthenticationHeaderValue? refused, AskForToken ask,
        CancellationToken cancellationToken)
    {
        // Those who come together share one answer.
        await _line.WaitAsync(cancellationToken);
        try
        {
            if (challenges.FirstOrDefault(challenge => Is(challenge, "Bearer")) is { } bearer)
                _last = await FindTokenAsync(ChallengeParameters.Read(bearer.Parameter), refused, ask, cancellationToken);
            else if (challenges.Any(challenge => Is(challenge, "Basic")))
                _last = Password(refused);
            else
                throw Denied($"{_address.Host} wants a login of a kind that is not known here: it is none of a registry.");
            return _last.Header;
        }
        finally
        {
            _line.Release();
        }
    }

    private Token Password(AuthenticationHeaderValue? refused)
    {
        if (_basic is null)
            throw Denied($"{_address.Host} wants a login: set username and password of the remote.");
        return refused is { Scheme: "Basic" }
            ? throw Denied($"{_address.Host} refuses the login: check username and password of the remote.")
            : new(_basic, DateTimeOffset.MaxValue);
    }

    private async Task<Token> FindTokenAsync(
        IReadOnlyDictionary<string, string> challenge, AuthenticationHeaderValue? refused, AskForToken ask,
        CancellationToken cancellationToken)
    {
        var realm = Realm(challenge.GetValueOrDefault("realm"));
        var scope = challenge.GetValueOrDefault("scope") is { Length: > 0 } given
            ? given
            : $"repository:{_address.Repository}:pull";
        var url = Question(realm, challenge.GetValueOrDefault("service"), scope);
        var key = url.AbsoluteUri;
        if (_tokens.TryGetValue(key, out var token) && token.Until > _time.GetUtcNow() && !token.Header.Equals(refused))
            return token;
        if (_tokens.Count >= MaxTokens)
            _tokens.Clear();
        return _tokens[key] = await FetchAsync(url, ask, cancellationToken);
    }

    private async Task<Token> FetchAsync(Uri url, AskForToken ask, CancellationToken cancellationToken)
    {
        const string Subject = "a token";
        using var answer = await ask(UpstreamRequest.Get(url, Subject), _basic);
        switch (answer.Status)
        {
            case HttpStatusCode.OK:
                break;
            case HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new AttemptException(
                    UpstreamFailure.Unreachable,
                    $"{answer.Host} gives no token now ({(int)answer.Status}): try again later.");
            default:
                throw Denied($"{answer.Host} refuses a token ({(int)answer.Status}): check username and password of the remote.");
        }

        try
        {
            using var json = await answer.ReadJsonAsync(MaxAnswerBytes, Subject, cancellationToken);
            return Read(json.RootElement) ?? throw answer.NotJson(Subject);
        }
        catch (IOException exception)
        {
            throw new AttemptException(UpstreamFailure.Unreachable, exception.Message, exception);
        }
    }

    private Token? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return null;
        var text = Text(json, "token") ?? Text(json, "access_token");
        if (text is null || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return null;
        var life = json.TryGetProperty("expires_in", out var member)
            && member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out var seconds) && seconds > 0
                ? TimeSpan.FromSeconds(Math.Min(seconds, LongestLife.TotalSeconds))
                : UsualLife;
        return new(new("Bearer", text), _time.GetUtcNow() + (0.9 * life));
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
        && member.GetString() is { Length: > 0 } text ? text : null;

    // A registry that may name any place would have everybody's password sent to it.
    private Uri Realm(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var realm) || realm.Scheme is not ("http" or "https"))
            throw Denied(
                $"{_address.Host} wants a token, and does not say from where: is the url of the remote that of a registry?");
        if (_address.Origin.Scheme == "https" && realm.Scheme == "http")
            throw Denied($"{_address.Host} gives tokens by http, where everyone could read the password: it is not asked.");
        var host = realm.IdnHost;
        var isKnown = host.Equals(_address.Origin.Host, StringComparison.OrdinalIgnoreCase)
            || (_address.IsDockerHub && host.Equals(DockerHubRealm, StringComparison.OrdinalIgnoreCase))
            || _realms.Contains(host, StringComparer.OrdinalIgnoreCase);
        return isKnown
            ? realm
            : throw Denied(
                $"{_address.Host} wants a token from {host}, which is another host: if that is right, add {host} to "
                + "token_realms of the remote.");
    }

    private static Uri Question(Uri realm, string? service, string scope)
    {
        var parts = new List<string>();
        if (realm.Query is { Length: > 1 } query)
            parts.Add(query[1..]);
        if (!string.IsNullOrEmpty(service))
            parts.Add($"service={Uri.EscapeDataString(service)}");
        foreach (var one in scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            parts.Add($"scope={Uri.EscapeDataString(one)}");
        return new UriBuilder(realm) { Query = string.Join('&', parts), UserName = "", Password = "", Fragment = "" }.Uri;
    }

    private static bool Is(AuthenticationHeaderValue challenge, string scheme) =>
        challenge.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    private static UpstreamException Denied(string message) => new(UpstreamFailure.Denied, message);

    private sealed record Token(AuthenticationHeaderValue Header, DateTimeOffset Until);
}
