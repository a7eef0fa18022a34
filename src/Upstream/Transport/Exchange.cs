using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.Retry;

namespace OrleansRegistry.Sync;

/// <summary>
/// Asks, and asks again where that may help: within the remote's limits, along redirects, with a login where one is wanted.
/// </summary>
internal sealed class Exchange
{
    private const int MaxRedirects = 10;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly string Agent = $"orleans-registry/{typeof(Exchange).Assembly.GetName().Version?.ToString(3)}";

    private readonly RemoteAddress _address;
    private readonly Connections _connections;
    private readonly OutgoingRules _rules;
    private readonly UpstreamLogin _login;
    private readonly Patience _patience;
    private readonly Pace _pace;
    private readonly SemaphoreSlim _places;
    private readonly ResiliencePipeline _again;
    private readonly TimeProvider _time;
    private long _lastUsed;
    private int _busy;

    public Exchange(
        RemoteAddress address, Connections connections, OutgoingRules rules, UpstreamLogin login, Patience patience,
        RequestLimits limits, TimeProvider time)
    {
        (_address, _connections, _rules, _login, _patience, _time) = (address, connections, rules, login, patience, time);
        _pace = new(limits.PerSecond, time);
        _places = new(limits.AtOnce);
        _again = Again(limits.Retries, time);
    }

    /// <summary>When it was used last, by the clock's timestamps.</summary>
    public long LastUsed => Interlocked.Read(ref _lastUsed);

    /// <summary>Whether somebody asks, or reads an answer, or waits to.</summary>
    public bool IsBusy => Volatile.Read(ref _busy) > 0;

    public void Touch() => Interlocked.Exchange(ref _lastUsed, _time.GetTimestamp());

    /// <summary>Asks until there is an answer that can be read.</summary>
    /// <exception cref="UpstreamException">There is none.</exception>
    public async Task<T> AskAsync<T>(
        UpstreamRequest request, Func<UpstreamAnswer, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await _again.ExecuteAsync(
                async stop => await AskOnceAsync(request, read, stop), cancellationToken);
        }
        catch (AttemptException exception)
        {
            throw exception.Final();
        }
    }

    /// <summary>Asks once.</summary>
    /// <exception cref="AttemptException">There is no answer now.</exception>
    /// <exception cref="UpstreamException">There is none.</exception>
    public async Task<T> AskOnceAsync<T>(
        UpstreamRequest request, Func<UpstreamAnswer, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(request, cancellationToken);
        try
        {
            return await read(answer, cancellationToken);
        }
        catch (Exception exception) when (Faults.Translate(exception, answer.Host, cancellationToken) is { } fault)
        {
            // A body that broke off says so in words already.
            throw exception is IOException
                ? new AttemptException(UpstreamFailure.Unreachable, exception.Message, exception)
                : fault;
        }
    }

    private async Task<UpstreamAnswer> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var place = await TakePlaceAsync(cancellationToken);
        CancellationTokenSource? deadline = null;
        try
        {
            deadline = new(_patience.Total ?? (request.IsLong ? Timeout.InfiniteTimeSpan : Patience.UsualTotal), _time);
            var answer = await SendLoggedInAsync(request, deadline.Token, cancellationToken);
            try
            {
                Judge(request, answer);
            }
            catch
            {
                answer.Dispose();
                throw;
            }

            answer.Hold(deadline);
            answer.Hold(place);
            return answer;
        }
        catch
        {
            deadline?.Dispose();
            place.Dispose();
            throw;
        }
    }

    private async Task<UpstreamAnswer> SendLoggedInAsync(
        UpstreamRequest request, CancellationToken deadline, CancellationToken cancellationToken)
    {
        var authorization = request.WithLogin ? _login.Current : null;
        var answer = await FollowAsync(request, authorization, deadline, cancellationToken);
        if (answer.Status != HttpStatusCode.Unauthorized || !request.WithLogin || !_address.IsOwn(answer.Url))
            return answer;
        var challenges = answer.Response.Headers.WwwAuthenticate.ToList();
        answer.Dispose();
        authorization = await LogInAsync(challenges, authorization, deadline, cancellationToken);
        return await FollowAsync(request, authorization, deadline, cancellationToken);
    }

    // A token has the time of a small answer, also where what it is for may take longer.
    private async Task<AuthenticationHeaderValue> LogInAsync(
        List<AuthenticationHeaderValue> challenges, AuthenticationHeaderValue? refused, CancellationToken deadline,
        CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_patience.Total ?? Patience.UsualTotal, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, deadline, cancellationToken);
        try
        {
            return await _login.AnswerAsync(
                challenges, refused, (question, basic) => FollowAsync(question, basic, stop.Token, cancellationToken), stop.Token);
        }
        catch (Exception exception) when (Faults.Translate(exception, _address.Host, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Sends a request, and sends it again where it is sent on. No other host learns who asks.</summary>
    private async Task<UpstreamAnswer> FollowAsync(
        UpstreamRequest request, AuthenticationHeaderValue? authorization, CancellationToken deadline,
        CancellationToken cancellationToken)
    {
        var url = request.Url;
        for (var hop = 0; ; hop++)
        {
            _rules.Require(url, _connections.HasProxy);
            var answer = await SendOnceAsync(request, url, authorization, deadline, cancellationToken);
            if (Location(answer) is not { } next)
                return answer;
            answer.Dispose();
            if (hop == MaxRedirects)
                throw Unusable($"redirects more than {MaxRedirects} times: it leads nowhere");
            if (next.Scheme is not ("http" or "https"))
                throw Unusable($"redirects to {next.Scheme}:, and only http and https are asked");
            if (url.Scheme == "https" && next.Scheme == "http")
                throw Unusable("redirects from https to http, where everyone could read and change what comes");
            if (Origin.Of(url) != Origin.Of(next))
                authorization = null; // for good: it may be sent back to any place
            url = next;
        }

        UpstreamException Unusable(string what) =>
            new(UpstreamFailure.Unusable, $"{_address.Describe(url)} {what}. Check the url of the remote.");

        Uri? Location(UpstreamAnswer answer) =>
            (int)answer.Status is 301 or 302 or 303 or 307 or 308 && answer.Response.Headers.Location is { } location
                ? Uri.TryCreate(url, location, out var next) ? next : throw Unusable("redirects to a place that is none")
                : null;
    }

    private async Task<UpstreamAnswer> SendOnceAsync(
        UpstreamRequest request, Uri url, AuthenticationHeaderValue? authorization, CancellationToken deadline,
        CancellationToken cancellationToken)
    {
        await _pace.WaitAsync(cancellationToken);
        using var head = new CancellationTokenSource(_patience.Head, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(head.Token, deadline, cancellationToken);
        using var message = Message(request, url, authorization);
        var host = _address.Describe(url);
        try
        {
            var response = await _connections.SendAsync(message, stop.Token);
            return new(response, url, host, new(_patience.Silence, _time, deadline));
        }
        catch (Exception exception) when (Faults.Translate(exception, host, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    private static HttpRequestMessage Message(UpstreamRequest request, Uri url, AuthenticationHeaderValue? authorization)
    {
        var message = new HttpRequestMessage(request.Method, url);
        foreach (var type in request.Accept)
            message.Headers.Accept.Add(new(type));
        message.Headers.TryAddWithoutValidation("User-Agent", Agent);
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        message.Headers.Authorization = authorization;
        if (request.Offset > 0)
            message.Headers.Range = new(request.Offset, null);
        return message;
    }

    private void Judge(UpstreamRequest request, UpstreamAnswer answer)
    {
        var status = (int)answer.Status;
        var words = $"{answer.Host} answers {status} to a request for {request.Subject}";
        if (request.Expects(answer.Status))
            return;
        if (status is 429 or >= 500)
            throw new AttemptException(
                UpstreamFailure.Unreachable, $"{words}: try again later.", retryAfter: Pause(answer));
        throw status switch
        {
            401 or 403 when request.WithLogin => new UpstreamException(
                UpstreamFailure.Denied,
                $"{words}: check username and password of the remote, and what may be pulled with them."),
            401 or 403 => new UpstreamException(UpstreamFailure.Denied, $"{words}, where everybody should be let in."),
            407 => new UpstreamException(
                UpstreamFailure.Denied, $"{words}: check proxy_username and proxy_password of the remote."),
            _ => new UpstreamException(UpstreamFailure.Unusable, $"{words}: is the url of the remote that of a registry?"),
        };
    }

    private TimeSpan? Pause(UpstreamAnswer answer)
    {
        var asked = answer.Response.Headers.RetryAfter;
        var pause = asked?.Delta ?? asked?.Date - _time.GetUtcNow();
        return pause is null ? null
            : pause < TimeSpan.Zero ? TimeSpan.Zero
            : pause > LongestPause ? LongestPause
            : pause;
    }

    private static ResiliencePipeline Again(int retries, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (retries > 0)
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<AttemptException>(),
                MaxRetryAttempts = retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = LongestPause,
                DelayGenerator = attempt => new((attempt.Outcome.Exception as AttemptException)?.RetryAfter),
            });
        return builder.Build();
    }

    private async Task<Place> TakePlaceAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _busy);
        try
        {
            await _places.WaitAsync(cancellationToken);
            return new(this);
        }
        catch
        {
            Interlocked.Decrement(ref _busy);
            throw;
        }
    }

    private void Leave()
    {
        Touch();
        Interlocked.Decrement(ref _busy);
        _places.Release();
    }

    // Given back once, however often it is disposed.
    private sealed class Place(Exchange exchange) : IDisposable
    {
        private Exchange? _exchange = exchange;

        public void Dispose() => Interlocked.Exchange(ref _exchange, null)?.Leave();
    }
}
