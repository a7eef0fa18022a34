using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Hosting;

/// <summary>A failure that is nobody's refusal: an outage that passes, a request cut short, or a bug.</summary>
internal sealed record Fault(int Status, string Message)
{
    public static Fault Of(Exception exception) => exception switch
    {
        BadHttpRequestException bad => new(bad.StatusCode, bad.Message),
        StoreUnavailableException => Unavailable(exception.Message),
        IOException => Unavailable("The server cannot read or write its disk right now; try again later."),
        TimeoutException or OrleansMessageRejectionException or SiloUnavailableException =>
            Unavailable("A node of the cluster did not answer in time; try again."),
        _ => new(StatusCodes.Status500InternalServerError, "The server failed; its log says why."),
    };

    private static Fault Unavailable(string message) => new(StatusCodes.Status503ServiceUnavailable, message);
}
