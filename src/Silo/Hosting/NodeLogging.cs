using OrleansRegistry.Operations;

namespace OrleansRegistry.Hosting;

/// <summary>What a node logs: what it does itself, and of its frameworks only what an operator can act on.</summary>
internal static class NodeLogging
{
    public static void AddNodeLogging(this WebApplicationBuilder builder, AccessLogFormat format)
    {
        const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ";
        builder.Logging.ClearProviders();
        if (format is AccessLogFormat.Json)
            builder.Logging.AddJsonConsole(console => (console.TimestampFormat, console.UseUtcTimestamp) = (Time, true));
        else
            builder.Logging.AddSimpleConsole(console =>
                (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, Time + " ", true));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        builder.Logging.AddFilter("Polly", LogLevel.Warning);

        // What ends the start is said in one sentence by the program itself.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);

        // It takes the machine's uptime for a stall when a node starts, and wants a server's garbage collector.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);

        // A connection between nodes that fails is told by RefusedNodes, in one line and not too often.
        builder.Logging.AddFilter("Orleans.Connections.Security", LogLevel.None);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
    }
}
