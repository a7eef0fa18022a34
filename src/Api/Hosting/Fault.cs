using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Hosting;

/// <summary>A failure that is nobody's refusal: an outage that passes, a request cut short, or a bug.</summary>
internal sealed record Fault(int Status, string Message)
{
    /// <summary>True where the same request may succeed later.</summary>
    public bool IsOutage => Status == StatusCodes.Status503ServiceUnavailable;

    public static Fault Of(Exception exception) => exception switch
    {
        BadHttpRequestException bad => new(bad.StatusCode, bad.Message),
        UnusableValueException unusable => new(StatusCodes.Status400BadRequest, unusable.Message),
        // The log has the details; the client need not learn where the database lives.
        StoreUnavailableException => Outage("The catalogue is out of reach right now; nothing is lost, try again."),
        IOException => Outage("The server cannot read or write its disk right now; try again later."),
        TimeoutException or OrleansMessageRejectionException or SiloUnavailableException =>
            Outage("A node of the cluster did not answer in time; try again."),
        _ => new(StatusCodes.Status500InternalServerError, "The server failed; its log says why."),
    };

    private static Fault Outage(string message) => new(StatusCodes.Status503ServiceUnavailable, message);
}
